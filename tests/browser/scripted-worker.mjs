/** Pages over service workers that run a script of the test's own. */

import { kScope } from './fetching.mjs';

/**
 * @typedef {import('./driver.mjs').Page} Page
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 * @typedef {import('../server/reports.mjs').Report} Report
 */

/**
 * What a registration object showed at a progress event.
 *
 * @typedef {object} Shown
 * @property {number} at  Date.now()
 * @property {number} downloaded
 * @property {string} result
 * @property {string} failureReason
 * @property {boolean} recordsAvailable
 */

/** What a script of a worker sees, as far as the type checker is to know. */
/** @typedef {(message: Record<string, unknown>) => Promise<unknown>} Reporter */

/**
 * Registers a worker of its own for `${kScope}${name}/` and waits until it is
 * active. The page is outside of that scope.
 *
 * @param {Page} page
 * @param {string} name
 * @param {(report: Reporter) => void} script  Runs in the worker, as a source.
 * @returns {Promise<string>} The scope, as getRegistration() takes it.
 */
export async function registerScript(page, name, script) {
  const scope = `${kScope}${name}/`;
  await page.run(async ({ scope, source }) => {
    const url = `/pages/scripted-sw.js?script=${encodeURIComponent(source)}`;
    const registration = await navigator.serviceWorker.register(url, { scope });
    const worker = registration.installing;
    if (!worker) throw new Error(`${scope} has a worker already`);
    await new Promise((resolve, reject) => {
      worker.addEventListener('statechange', () => {
        if (worker.state === 'activated') resolve(null);
        if (worker.state === 'redundant') reject(new Error('the worker was not installed'));
      });
    });
  }, { scope, source: script.toString() });
  return scope;
}

/**
 * @param {TestServer} server
 * @param {string} name  As in registerScript().
 * @param {string} kind
 * @param {number} [timeoutMs]
 * @returns {Promise<Report>} The oldest such report of that worker.
 */
export function reportOf(server, name, kind, timeoutMs = 20_000) {
  const scope = `${server.origin}${kScope}${name}/`;
  return server.reports.next(
    (report) => report.kind === kind && report.scope === scope, timeoutMs);
}

/**
 * Files that come one after the other for about two seconds, so that there is
 * news far more often than pages are told of it.
 *
 * @param {string} name
 */
export function makeTrickle(name) {
  return Array.from({ length: 60 }, (_, index) => ({
    name: `${name}-${index}`, size: 1000 + index, switches: 'delay=150',
  }));
}

/**
 * Starts a fetch in a worker's scope. The page keeps its registration object
 * and notes what that shows at each progress event.
 *
 * @param {Page} page
 * @param {string} scope
 * @param {string} id
 * @param {string[]} urls
 * @param {object} [options]
 */
export function startIn(page, scope, id, urls, options = {}) {
  return page.run(async ({ scope, id, urls, options }) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    if (!worker) throw new Error('the registration has gone');
    const fetching = await worker.backgroundFetch.fetch(id, urls, options);
    /** @type {Shown[]} */
    const shown = [];
    fetching.addEventListener('progress', () => {
      const { downloaded, result, failureReason, recordsAvailable } = fetching;
      shown.push({ at: Date.now(), downloaded, result, failureReason, recordsAvailable });
    });
    const page = /** @type {any} */ (self);
    page.kept = { ...page.kept, [id]: { fetching, shown } };
  }, { scope, id, urls, options });
}

/**
 * Waits for the result, and then for the end of the worker's event.
 *
 * @param {Page} page
 * @param {string} id
 * @returns {Promise<Shown[]>} What the object showed at each progress event.
 */
export function untilOver(page, id) {
  return page.run(async (id) => {
    const { fetching, shown } = /** @type {any} */ (self).kept[id];
    while (fetching.result === '') {
      await new Promise((resolve) => {
        fetching.addEventListener('progress', resolve, { once: true });
      });
    }
    // No event tells.
    while (fetching.recordsAvailable) await new Promise((resolve) => setTimeout(resolve, 5));
    return shown;
  }, id);
}
