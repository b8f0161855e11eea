/** What the tests of background fetches share: pages, workers, reports. */

import assert from 'node:assert/strict';

import { kPatienceMs } from '../server/deadline.mjs';
import { sha256Of } from '../server/server.mjs';

/**
 * @typedef {import('./driver.mjs').Browser} Browser
 * @typedef {import('./driver.mjs').Page} Page
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 * @typedef {import('../server/reports.mjs').Report} Report
 */

/**
 * @typedef {object} GeneratedFile
 * @property {string} name
 * @property {number} size
 * @property {string} [switches]  query, see tests/server/switches.mjs
 * @property {string} [origin]  instead of the pages'
 */

export const kMiB = 1024 * 1024;

export const kPage = '/pages/orders.html';
export const kScope = '/pages/';

/** The largest chunk that the engine asks for (DESIGN: 256 KiB to 8 MiB). */
export const kChunkBytesMax = 8 * kMiB;

/**
 * A page with the polyfill, and the test worker active over it.
 *
 * @param {Browser} browser
 * @param {string} [worker]  the worker's script
 * @param {string} [address]  of the page
 * @returns {Promise<Page>}
 */
export async function openPage(browser, worker = '/pages/sw.js', address = kPage) {
  const page = await browser.open(address);
  await page.run(async ({ script, scope }) => {
    const registration = await navigator.serviceWorker.register(script, { scope });
    if (registration.active) return;
    const worker = registration.installing ?? registration.waiting;
    if (!worker) throw new Error('the registration has no worker');
    await new Promise((resolve, reject) => {
      worker.addEventListener('statechange', () => {
        if (worker.state === 'activated') resolve(null);
        if (worker.state === 'redundant') reject(new Error('the worker was not installed'));
      });
    });
  }, { script: worker, scope: kScope });
  assert.equal(await page.run(() => BackgroundFetchManager.polyfill), true);
  return page;
}

/**
 * Registers a worker and waits until it is active, if it is not.
 *
 * @param {Page} page
 * @param {string} script
 * @param {string} [scope]
 */
export function registerWorker(page, script, scope = kScope) {
  return page.run(async ({ script, scope }) => {
    const registration = await navigator.serviceWorker.register(script, { scope });
    const worker = registration.installing;
    while (worker && worker.state !== 'activated') {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
  }, { script, scope });
}

/**
 * Registers another version and waits until it has reached a state.
 *
 * @param {Page} page
 * @param {string} script
 * @param {string} state
 * @returns {Promise<number>} How many ms after its installation began.
 */
export function updateWorker(page, script, state) {
  return page.run(async ({ script, scope, state }) => {
    const registration = await navigator.serviceWorker.register(script, { scope });
    const startedAt = performance.now();
    const worker = registration.installing;
    if (!worker) throw new Error('there is nothing to update to');
    while (worker.state !== state) {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    return performance.now() - startedAt;
  }, { script, scope: kScope, state });
}

/**
 * The seed is the name: no two files of a run share a byte sequence.
 *
 * @param {string} origin
 * @param {GeneratedFile} file
 */
export function urlOf(origin, { name, size, switches = '', origin: own = origin }) {
  return `${own}/bytes/${name}?size=${size}&seed=${name}${switches && `&${switches}`}`;
}

/**
 * @param {Page} page
 * @param {string} id
 * @param {string[]} urls
 * @param {object} [options]
 */
export function startFetch(page, id, urls, options = {}) {
  return page.run(async ({ scope, id, urls, options }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    if (!registration) throw new Error('the registration has gone');
    const fetching = await registration.backgroundFetch.fetch(id, urls, options);
    return { id: fetching.id, downloadTotal: fetching.downloadTotal };
  }, { scope: kScope, id, urls, options });
}

/**
 * The worker's report of the event that ends `id`, whichever it is.
 *
 * @param {TestServer} server
 * @param {string} id
 * @param {number} [timeoutMs]
 * @returns {Promise<Report>}
 */
export async function waitForEnd(server, id, timeoutMs = kPatienceMs) {
  const report = await server.reports.next(
    (candidate) => candidate.kind.startsWith('backgroundfetch') && candidate.id === id,
    timeoutMs,
  );
  assert.equal(report.polyfill, true);
  return report;
}

/**
 * @param {TestServer} server
 * @param {Report} report
 * @param {GeneratedFile[]} files
 */
export function assertSucceeded(server, report, files) {
  const { kind, result, failureReason } = report;
  assert.deepEqual({ kind, result, failureReason },
    { kind: 'backgroundfetchsuccess', result: 'success', failureReason: '' });
  assert.deepEqual(report.records, files.map((file) => wholeRecord(server, file)));
  assert.equal(report.downloaded, files.reduce((sum, { size }) => sum + size, 0));
}

/**
 * @param {TestServer} server
 * @param {GeneratedFile} file
 */
export function wholeRecord(server, file) {
  const { name, size } = file;
  return { url: urlOf(server.origin, file), status: 200, size, sha256: sha256Of(name, size) };
}

/**
 * @param {Page} page
 * @param {string} id  of an active fetch
 * @param {number} least  bytes
 * @returns {Promise<number>} What the page has been told, as soon as it is that much.
 */
export function untilDownloaded(page, id, least) {
  return page.run(
    async ({ scope, id, least }) => {
      const worker = await navigator.serviceWorker.getRegistration(scope);
      const registration = await worker?.backgroundFetch.get(id);
      if (!registration) throw new Error(`${id} is not active`);
      while (registration.downloaded < least) {
        await new Promise((resolve) => {
          registration.addEventListener('progress', resolve, { once: true });
        });
      }
      return registration.downloaded;
    },
    { scope: kScope, id, least },
  );
}

/**
 * Waits until there is unfinished work, or none, by what a worker that starts goes by.
 *
 * @param {Page} page
 * @param {boolean} isMarked
 */
export function untilMarked(page, isMarked) {
  return page.run(async ({ scope, isMarked }) => {
    const name = `/background-fetch/${encodeURIComponent(new URL(scope, location.href).href)}`;
    const hasFiles = async () => {
      const databases = await indexedDB.databases();
      if (!databases.some((database) => database.name === name)) return false;
      const opening = indexedDB.open(name);
      await new Promise((resolve) => {
        opening.onsuccess = resolve;
      });
      const database = opening.result;
      const counting = database.transaction('FILE_DATA').objectStore('FILE_DATA').count();
      await new Promise((resolve) => {
        counting.onsuccess = resolve;
      });
      database.close();
      return counting.result > 0;
    };
    while ((await hasFiles()) !== isMarked) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, { scope: kScope, isMarked });
}
