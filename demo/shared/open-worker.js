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
  await serviceWorker.register(script);
  const registration = await serviceWorker.ready;
  if (!serviceWorker.controller) {
    const controlled = new Promise((resolve) => {
      serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    });
    // A page that was reloaded past the cache is controlled by nobody.
    registration.active?.postMessage({ type: 'claim' });
    await controlled;
  }
  return registration;
}
