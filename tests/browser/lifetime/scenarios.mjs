/**
 * What becomes of a download when its pages, the network or the browser go. Each
 * scenario ends with every byte right, or throws; what it measured is its value.
 */

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import {
  longest, mostAtOnce, overlap, rangesAsked, totalLength,
} from '../../server/range-accounts.mjs';
import {
  assertSucceeded, kMiB, kScope, openPage, startFetch, untilDownloaded, updateWorker, urlOf,
  waitForEnd,
} from '../fetching.mjs';

/** A page of the driver's origin: no service worker under test hears of it. */
const kForeignPage = '/pages/orders.html?polyfill=off';

/** Browsers switch tabs by then, if they have any. */
const kHideTimeoutMs = 5_000;

/** Between two requests of a worker that works; one that is silent for longer has ended. */
const kSilenceMs = 3_000;

/** A trickle fills a part in some 16 s. */
const kAskedAgainMs = 60_000;

/** No engine keeps a worker for longer than some 330 s after the last page; syncs may. */
const kSilentByMs = 400_000;

const kFast = `rate=${100 * kMiB}`;
/** Slow enough to last for as long as any engine keeps a worker. */
const kTrickle = `rate=${16 * 1024}`;
const kMedium = `rate=${8 * kMiB}`;

/**
 * @typedef {import('../driver.mjs').Browser} Browser
 * @typedef {import('../driver.mjs').Page} Page
 * @typedef {import('../fetching.mjs').GeneratedFile} GeneratedFile
 * @typedef {import('../../server/server.mjs').TestServer} TestServer
 * @typedef {{browser: Browser, server: TestServer}} Parts
 */

/**
 * @param {TestServer} server
 * @param {GeneratedFile} file  also the id of its fetch
 */
async function waitForSuccess(server, file) {
  assertSucceeded(server, await waitForEnd(server, file.name), [file]);
}

/**
 * @param {Parts} parts
 * @param {GeneratedFile} file
 * @param {{withSync?: boolean, worker?: string}} [options]  whether the page may ask for
 *   Background Sync; the worker's script
 * @returns {Promise<Page>} with 30 % of the file there
 */
async function startAndReach30Percent({ browser, server }, file, { withSync = true, worker } = {}) {
  const page = await openPage(browser, worker);
  if (!withSync) {
    await page.run(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
  }
  await startFetch(page, file.name, [urlOf(server.origin, file)], { downloadTotal: file.size });
  await untilDownloaded(page, file.name, file.size * 0.3);
  return page;
}

/**
 * All pages of the site are closed at 30 %; the site is opened again as soon as
 * the worker has begun another request without any.
 *
 * @param {Parts} parts
 */
export async function closeAndReopen({ browser, server }) {
  const file = { name: 'closed', size: 48 * kMiB, switches: kMedium };
  const page = await startAndReach30Percent({ browser, server }, file);
  await page.close();
  const { length } = server.log.for(file.name);
  await server.log.until(file.name, (entries) => entries.length > length);
  server.setSwitches(file.name, kFast);
  const reopened = await openPage(browser);
  await waitForSuccess(server, file);
  await reopened.close();
}

/**
 * All pages of the site are closed at 30 %, and stay so until nothing more is
 * asked, or for as long as it is watched; then the site is opened again.
 *
 * @param {Parts} parts
 * @param {{withSync: boolean}} options  whether pages may ask for Background Sync
 * @returns {Promise<{wentOnMs: number, isOver: boolean}>}
 */
export async function closeUntilSilent({ browser, server }, { withSync }) {
  const name = withSync ? 'silent-synced' : 'silent';
  const file = { name, size: 96 * kMiB, switches: `rate=${16 * kMiB}` };
  const page = await startAndReach30Percent({ browser, server }, file, { withSync });
  server.setSwitches(file.name, kTrickle);
  await page.close();
  const closedAt = Date.now();
  const silentAt = await untilSilent(server, file.name);
  const before = server.log.for(file.name);
  assert.ok(server.log.bytesWritten(file.name) < file.size, 'it was done before it was over');
  const wentOnMs = (silentAt ?? Date.now()) - closedAt;
  server.setSwitches(file.name, kFast);
  server.dropConnections(file.name);
  const reopened = await openPage(browser);
  await waitForSuccess(server, file);
  await reopened.close();
  if (silentAt !== null) assertLittleAgain(before, server.log.for(file.name).slice(before.length));
  return { wentOnMs, isOver: silentAt !== null };
}

/**
 * @param {TestServer} server
 * @param {string} name
 * @returns {Promise<number | null>} when the last of its requests ended; null: they did not
 */
async function untilSilent(server, name) {
  for (const deadline = Date.now() + kSilentByMs; ;) {
    const entries = await server.log
      .until(name, (all) => all.every(({ endedAt }) => endedAt), deadline - Date.now())
      .catch(() => null);
    if (!entries) return null;
    const isSilent = await server.log
      .until(name, (all) => all.length > entries.length, kSilenceMs)
      .then(() => false, () => true);
    if (isSilent) return Math.max(...entries.map(({ endedAt }) => Number(endedAt)));
  }
}

/**
 * @param {import('../../server/request-log.mjs').LogEntry[]} before
 * @param {import('../../server/request-log.mjs').LogEntry[]} after
 */
function assertLittleAgain(before, after) {
  const written = rangesAsked(before.filter(({ complete }) => complete));
  const allowed = mostAtOnce(before) * longest(rangesAsked(before));
  const again = overlap(rangesAsked(after), written);
  assert.ok(again <= allowed, `${again} bytes asked for again, ${allowed} allowed`);
}

/**
 * The page is hidden behind another site's for as long as it is told; then the
 * worker still works. A driver without a debugger cannot hide pages where they are
 * windows of their own.
 *
 * @param {Parts} parts
 * @param {number} forMs
 * @returns {Promise<{isHidden: boolean}>} whether it was
 */
export async function hide({ browser, server }, forMs) {
  const file = { name: 'hidden', size: 96 * kMiB, switches: `rate=${16 * kMiB}` };
  const page = await startAndReach30Percent({ browser, server }, file);
  server.setSwitches(file.name, kTrickle);
  const front = await browser.open(server.driverOrigin + kForeignPage);
  const isHidden = await page.run(async (timeoutMs) => {
    const isOver = () => document.visibilityState === 'hidden';
    if (isOver()) return true;
    await Promise.race([
      new Promise((resolve) => addEventListener('visibilitychange', resolve, { once: true })),
      new Promise((resolve) => setTimeout(resolve, timeoutMs)),
    ]);
    return isOver();
  }, kHideTimeoutMs);
  if (isHidden) {
    await pause(forMs);
    // Who asks again, lives.
    const { length } = server.log.for(file.name);
    await server.log.until(file.name, (entries) => entries.length > length, kAskedAgainMs);
  }
  server.setSwitches(file.name, kFast);
  server.dropConnections(file.name);
  await waitForSuccess(server, file);
  await front.close();
  await page.close();
  return { isHidden };
}

/**
 * fetch() while the server refuses connections, which come back later.
 *
 * @param {Parts} parts
 */
export async function startOffline({ browser, server }) {
  const file = { name: 'begun-offline', size: 8 * kMiB };
  const page = await openPage(browser);
  await server.goOffline();
  try {
    await startFetch(page, file.name, [urlOf(server.origin, file)]);
    assert.deepEqual(await idsOf(page), [file.name]);
  } finally {
    await server.goOnline();
  }
  await waitForSuccess(server, file);
  await page.close();
}

/**
 * The network goes at 30 % and comes back; nothing that was stored is asked for
 * again.
 *
 * @param {Parts} parts
 */
export async function goOfflineMidway({ browser, server }) {
  const file = { name: 'offline-midway', size: 32 * kMiB, switches: kMedium };
  const page = await startAndReach30Percent({ browser, server }, file);
  await server.goOffline();
  const told = await page.run(async ({ scope, id }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    return (await registration?.backgroundFetch.get(id))?.downloaded ?? 0;
  }, { scope: kScope, id: file.name });
  const { length } = server.log.for(file.name);
  await server.goOnline();
  await waitForSuccess(server, file);
  const after = server.log.for(file.name).slice(length);
  const asked = totalLength(rangesAsked(after));
  assert.ok(asked <= file.size - told, `${asked} bytes asked for after ${told} were stored`);
  await page.close();
}

/**
 * A new version of the worker skips waiting at 30 %.
 *
 * @param {Parts} parts
 * @param {number} round  each updates what the one before has left
 * @returns {Promise<{activeMs: number}>} from its installation on
 */
export async function updateMidway({ browser, server }, round) {
  const file = { name: `updated-${round}`, size: 32 * kMiB, switches: kMedium };
  const worker = `/pages/sw.js?version=${round}`;
  const page = await startAndReach30Percent({ browser, server }, file, { worker });
  const activeMs = await updateWorker(page, `/pages/sw.js?version=${round + 1}`, 'activated');
  await waitForSuccess(server, file);
  await page.close();
  return { activeMs };
}

/**
 * The browser is killed at 30 %, or later, and started again without a page of the
 * site; then the site is opened.
 *
 * @param {Parts} parts
 * @param {{laterMs?: number, aloneMs: number}} options  how long nobody opens it
 * @returns {Promise<number | null>} after how many ms it went on without a page of the site; null:
 *   it did not
 */
export async function restartBrowser({ browser, server }, { laterMs = 0, aloneMs }) {
  const file = { name: 'restarted', size: 48 * kMiB, switches: kMedium };
  await startAndReach30Percent({ browser, server }, file);
  server.setSwitches(file.name, kTrickle);
  await pause(laterMs);
  await browser.kill();
  const before = await server.log.until(
    file.name, (entries) => entries.every(({ endedAt }) => endedAt));
  server.setSwitches(file.name, kFast);
  const startedAt = Date.now();
  await browser.start();
  const wentOn = await server.log
    .until(file.name, (all) => all.length > before.length, aloneMs)
    .catch(() => null);
  const page = await openPage(browser);
  await waitForSuccess(server, file);
  await page.close();
  return wentOn && wentOn[before.length].startedAt - startedAt;
}

/**
 * Each of two tabs starts a fetch; the second aborts the first's; the first is
 * closed, and then the second.
 *
 * @param {Parts} parts
 */
export async function useTwoTabs({ browser, server }) {
  const given = { name: 'given-up', size: 64 * kMiB, switches: `rate=${kMiB}` };
  const kept = { name: 'kept', size: 24 * kMiB, switches: `rate=${4 * kMiB}` };
  const [first, second] = [await openPage(browser), await openPage(browser)];
  await startFetch(first, given.name, [urlOf(server.origin, given)]);
  await startFetch(second, kept.name, [urlOf(server.origin, kept)]);
  for (const page of [first, second]) {
    assert.deepEqual((await idsOf(page)).sort(), [given.name, kept.name]);
  }
  // The other tab's object has to hear of it, too.
  await first.run(async ({ scope, id }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await registration?.backgroundFetch.get(id);
    if (!fetching) throw new Error(`${id} is not active`);
    Object.assign(self, { watched: fetching });
  }, { scope: kScope, id: given.name });
  const heard = first.run(async () => {
    const { watched } = /** @type {any} */ (self);
    while (watched.result === '') {
      await new Promise((resolve) => watched.addEventListener('progress', resolve, { once: true }));
    }
    return watched.failureReason;
  });
  const isAborted = await second.run(async ({ scope, id }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    return (await registration?.backgroundFetch.get(id))?.abort();
  }, { scope: kScope, id: given.name });
  assert.equal(isAborted, true);
  assert.equal(await heard, 'aborted');
  const { kind, failureReason } = await waitForEnd(server, given.name);
  assert.deepEqual({ kind, failureReason },
    { kind: 'backgroundfetchabort', failureReason: 'aborted' });
  await first.close();
  await untilDownloaded(second, kept.name, kept.size * 0.3);
  await second.close();
  await waitForSuccess(server, kept);
}

/** @param {Parts} parts */
export async function hasBackgroundSync({ browser }) {
  const page = await openPage(browser);
  const isThere = await page.run(() => 'sync' in ServiceWorkerRegistration.prototype);
  await page.close();
  return isThere;
}

/**
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
function idsOf(page) {
  return page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    return registration ? registration.backgroundFetch.getIds() : [];
  }, kScope);
}
