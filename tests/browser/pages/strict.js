/**
 * A page under a strict policy, in a frame: does one background fetch of `url`
 * through the worker `script`, and tells its parent how that went. Loaded before
 * the polyfill; the policy allows no inline script, and the driver's orders need
 * `unsafe-eval`.
 */

self.backgroundFetchPolyfill = { force: true };

(() => {
  const { script, url } = Object.fromEntries(new URLSearchParams(location.search));
  const violations = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    violations.push(effectiveDirective);
  });

  /** @param {object} answer */
  function tell(answer) {
    parent.postMessage({ ...answer, violations }, location.origin);
  }

  async function activate() {
    const registration = await navigator.serviceWorker.register(script);
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    while (worker.state !== 'activated') {
      await new Promise((resolve) => {
        worker.addEventListener('statechange', resolve, { once: true });
      });
    }
    return registration;
  }

  async function run() {
    const registration = await activate();
    const fetching = await registration.backgroundFetch.fetch('strict', url);
    const [record] = await fetching.matchAll();
    const body = record.responseReady.then((response) => response.text());
    const text = await body.catch((error) => error.name);
    while (fetching.result === '') {
      await new Promise((resolve) => fetching.addEventListener('progress', resolve, { once: true }));
    }
    return { result: fetching.result, failureReason: fetching.failureReason, text };
  }

  addEventListener('load', () => {
    run().then(tell, ({ name, message }) => tell({ name, message }));
  });
})();
