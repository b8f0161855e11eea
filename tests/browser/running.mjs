/** Functions that run in service workers, through `pages/runner-sw.js`. */

/** @typedef {import('./driver.mjs').Page} Page */

/**
 * @typedef {object} Runner
 * @property {string} [scope]
 * @property {boolean} [polyfill]
 * @property {object} [settings]  of the polyfill
 */

/**
 * Registers the worker and waits until it is active.
 *
 * @param {Page} page
 * @param {Runner} [runner]
 */
export function registerRunner(page, { scope = '/pages/', polyfill = true, settings = {} } = {}) {
  const query = new URLSearchParams({
    polyfill: polyfill ? 'on' : 'off',
    settings: JSON.stringify(settings),
  });
  return page.run(async ({ scope, script }) => {
    const registration = await navigator.serviceWorker.register(script, { scope });
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    if (!worker) throw new Error('the registration has no worker');
    while (worker.state !== 'activated') {
      await new Promise((resolve) => {
        worker.addEventListener('statechange', resolve, { once: true });
      });
      if (worker.state === 'redundant') throw new Error('the worker was not installed');
    }
  }, { scope, script: `/pages/runner-sw.js?${query}` });
}

/**
 * Runs a function in the worker of a scope: as Page.run() does in the page.
 *
 * @template Argument, Value
 * @param {Page} page
 * @param {string} scope
 * @param {(argument: Argument) => Value} body
 * @param {Argument} [argument]
 * @returns {Promise<Awaited<Value>>}
 */
export function runInWorker(page, scope, body, argument) {
  return page.run(async ({ scope, source, argument }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    registration?.active?.postMessage({ source, argument }, [port2]);
    const { ok, json, text } = await answered;
    if (!ok) throw new Error(text);
    return JSON.parse(json);
  }, { scope, source: body.toString(), argument: argument ?? null });
}
