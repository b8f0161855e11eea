/** A new version of the worker is never held up, and takes over what it finds. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  longest, mostAtOnce, overlap, plainRequests, rangesAsked,
} from '../server/range-accounts.mjs';
import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kScope, openPage, startFetch, untilDownloaded, updateWorker, urlOf,
  waitForEnd,
} from './fetching.mjs';

const engine = engineUnderTest();

/**
 * Below 2 s on a machine that has nothing else to do, 5 s in WebKit, which
 * npm run test:lifetime insists on; a chain of waitUntil would hold it up for 300 s
 * and more.
 */
const kActiveTimeoutMs = 60_000;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engine, { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {string} script */
function untilActivated(script) {
  return server.reports.next((report) => report.script === script);
}

test('a new version that skips waiting takes over in time, bytes and all', async (context) => {
  const file = { name: 'taken-over', size: 24 * kMiB, switches: `rate=${3 * kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, 'taken-over', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'taken-over', 8 * kMiB);
  const tookMs = await updateWorker(page, '/pages/sw.js?version=2', 'activated');
  context.diagnostic(`active after ${Math.round(tookMs)} ms`);
  assert.ok(tookMs < kActiveTimeoutMs, `active after ${tookMs} ms`);
  const before = server.log.for('taken-over').length;
  assertSucceeded(server, await waitForEnd(server, 'taken-over'), [file]);
  const entries = server.log.for('taken-over');
  assert.equal(plainRequests(entries).length, 1);
  const old = entries.slice(0, before);
  // What was on its way when the old worker ended may be asked for again.
  const allowed = mostAtOnce(old) * longest(rangesAsked(old));
  const again = overlap(rangesAsked(entries.slice(before)), rangesAsked(old));
  assert.ok(again <= allowed, `${again} bytes asked for again, ${allowed} allowed`);
  await page.close();
});

test('a page that only an earlier worker has met watches what another page begins', async () => {
  const idle = await openPage(browser);
  await idle.run(() => {
    const { prototype } = ServiceWorker;
    const { postMessage } = prototype;
    Object.assign(self, { asksForNews: new Promise((resolve) => {
      /** @this {ServiceWorker} */
      prototype.postMessage = function (/** @type {any} */ data, /** @type {any} */ ports) {
        if (data.backgroundFetchPolyfill?.name === 'next') resolve(null);
        postMessage.call(this, data, ports);
      };
    }) });
  });
  const page = await browser.open('/pages/orders.html');
  await updateWorker(page, '/pages/sw.js?version=idle', 'activated');
  const file = { name: 'watched', size: 4 * kMiB, switches: `rate=${2 * kMiB}` };
  await startFetch(page, 'watched', [urlOf(server.origin, file)]);
  await idle.run(() => /** @type {any} */ (self).asksForNews);
  await page.close();
  assertSucceeded(server, await waitForEnd(server, 'watched'), [file]);
  await idle.close();
});

test('a worker without our script is not bothered where nothing is stored', async () => {
  const fresh = await launch(engineUnderTest(), { server });
  try {
    const first = await openPage(fresh, '/pages/sw.js?polyfill=off&late=on&bothered=never');
    await first.navigate('/pages/orders.html');
    await first.run(async (scope) => {
      // What the page itself has looked up before is answered before.
      const registration = await navigator.serviceWorker.getRegistration(scope);
      await indexedDB.databases();
      registration?.active?.postMessage('of the app');
    }, kScope);
    /** @type {string[]} */
    const heard = [];
    while (!heard.includes('"of the app"')) {
      const { data } = await server.reports.next(({ kind }) => kind === 'message-after');
      heard.push(data);
    }
    assert.deepEqual(heard, ['"of the app"']);
  } finally {
    await fresh.close();
  }
});

test('a new version without our script is not held up either', async (context) => {
  const file = { name: 'left', size: 24 * kMiB, switches: `rate=${3 * kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, 'left', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'left', 4 * kMiB);
  const tookMs = await updateWorker(page, '/pages/sw.js?polyfill=off', 'activated');
  context.diagnostic(`active after ${Math.round(tookMs)} ms`);
  assert.ok(tookMs < kActiveTimeoutMs, `active after ${tookMs} ms`);
  const refused = page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.getIds();
  }, kScope);
  await assert.rejects(refused, { name: 'TypeError' });
  // The app that takes our script back finds its fetch again.
  await updateWorker(page, '/pages/sw.js?version=3', 'activated');
  await page.navigate('/pages/orders.html');
  assertSucceeded(server, await waitForEnd(server, 'left'), [file]);
  await page.close();
});

test('while a new version waits the old one works, and lets go with its last page', async (context) => {
  const [first, second] = ['waited', 'handed-over'].map((name) => (
    { name, size: 12 * kMiB, switches: `rate=${3 * kMiB}` }));
  const page = await openPage(browser);
  await startFetch(page, 'waited', [urlOf(server.origin, first)]);
  await untilDownloaded(page, 'waited', 2 * kMiB);
  await updateWorker(page, '/pages/sw.js?install=wait', 'installed');
  assertSucceeded(server, await waitForEnd(server, 'waited'), [first]);
  assert.equal(await page.run(async (scope) => {
    return (await navigator.serviceWorker.getRegistration(scope))?.waiting?.state;
  }, kScope), 'installed');
  await startFetch(page, 'handed-over', [urlOf(server.origin, second)]);
  await untilDownloaded(page, 'handed-over', 2 * kMiB);
  const closedAt = performance.now();
  await page.close();
  await untilActivated('/pages/sw.js?install=wait');
  const tookMs = performance.now() - closedAt;
  context.diagnostic(`active ${Math.round(tookMs)} ms after the last page`);
  assert.ok(tookMs < kActiveTimeoutMs, `active ${tookMs} ms after the last page`);
  const later = await browser.open('/pages/orders.html');
  assertSucceeded(server, await waitForEnd(server, 'handed-over'), [second]);
  await later.close();
});
