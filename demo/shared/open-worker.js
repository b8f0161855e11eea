// Registers the service worker beside this page.

/**
 * Resolves when the page's requests go through it, so that media come from
 * where they are stored.
 *
 * @param {string} [script]
 * @returns {Promise<ServiceWorkerRegistration>}
 */
export async function openWorker(script = 'sw.js') {
  const { serviceWorker } = navigator;
  if (!serviceWorker) throw new Error('This browser, or this address, has no service workers.');
  // Not `ready`: until ours is active, that may be the worker of a folder above.
  const registration = await serviceWorker.register(script);
  const worker = registration.installing ?? registration.waiting;
  while (!registration.active) {
    await new Promise((resolve) => worker?.addEventListener('statechange', resolve, { once: true }));
    if (worker?.state === 'redundant') throw new Error('The service worker cannot be installed.');
  }
  while (!serviceWorker.controller?.scriptURL.startsWith(registration.scope)) {
    const controlled = new Promise((resolve) => {
      serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    });
    // A page that was reloaded past the cache is controlled by nobody.
    registration.active.postMessage({ type: 'claim' });
    await controlled;
  }
  return registration;
}
