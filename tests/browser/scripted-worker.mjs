/** Pages over service workers that run a script of the test's own. */

import { kScope } from './fetching.mjs';

/**
 * @typedef {import('./driver.mjs').Page} Page
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 * @typedef {import('../server/reports.mjs').Report} Report
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
