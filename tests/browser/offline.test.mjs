/**
 * Browsers that are offline and know it: `navigator.onLine` is false, in pages
 * and workers, and the browser tells when the network is back.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { rangesAsked, totalLength } from '../server/range-accounts.mjs';
import { startServer } from '../server/server.mjs';
import { canPull } from './cable/cable.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kScope, openPage, registerWorker, startFetch, untilDownloaded, urlOf,
  waitForEnd,
} from './fetching.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

const engine = engineUnderTest();

const kSyncTag = 'background-fetch-polyfill';

const skip = canPull() ? false : 'this machine lets nobody have a network of their own';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  if (skip) return;
  server = await startServer();
  browser = await launch(engine, { server, onCable: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {Page} page  Resolves when it and the worker know that there is no network. */
function untilOffline(page) {
  return page.run(async (scope) => {
    while (navigator.onLine) {
      await new Promise((resolve) => addEventListener('offline', resolve, { once: true }));
    }
    const worker = (await navigator.serviceWorker.getRegistration(scope))?.active;
    for (let isOnLine = true; isOnLine;) {
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise((resolve) => (port1.onmessage = resolve));
      worker?.postMessage({ ask: 'onLine' }, [port2]);
      ({ data: isOnLine } = await answered);
    }
  }, kScope);
}

test('a fetch begun offline asks for nothing, and begins when the network is there', { skip },
  async () => {
    const file = { name: 'begun', size: 8 * kMiB };
    const page = await openPage(browser);
    await browser.cable?.pullOut();
    await untilOffline(page);
    await startFetch(page, 'begun', [urlOf(server.origin, file)]);
    // The server could be reached: it is the browser who says no.
    assert.deepEqual(server.log.for('begun'), []);
    await browser.cable?.plugIn();
    assertSucceeded(server, await waitForEnd(server, 'begun'), [file]);
    await page.close();
  });

test('a network that goes midway and comes back costs nothing that was stored', { skip },
  async () => {
    const file = { name: 'midway', size: 32 * kMiB, switches: `rate=${4 * kMiB}` };
    const page = await openPage(browser);
    await startFetch(page, 'midway', [urlOf(server.origin, file)]);
    const stored = await untilDownloaded(page, 'midway', 8 * kMiB);
    await Promise.all([server.goOffline(), browser.cable?.pullOut()]);
    await untilOffline(page);
    const { length } = server.log.for('midway');
    await Promise.all([server.goOnline(), browser.cable?.plugIn()]);
    assertSucceeded(server, await waitForEnd(server, 'midway'), [file]);
    const asked = totalLength(rangesAsked(server.log.for('midway').slice(length)));
    assert.ok(asked <= file.size - stored, `${asked} bytes asked for after ${stored} were stored`);
    await page.close();
  });

test('a worker whose pages have gone offline notices that the network is back', {
  skip: skip || (engine === 'webkit' && 'WebKit ends it some 10 s after its last page'),
}, async () => {
  const file = { name: 'alone', size: 16 * kMiB, switches: `rate=${4 * kMiB}` };
  const page = await openPage(browser);
  // With it another event would do.
  await page.run(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
  await startFetch(page, 'alone', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'alone', 4 * kMiB);
  await Promise.all([server.goOffline(), browser.cable?.pullOut()]);
  await untilOffline(page);
  await page.close();
  await Promise.all([server.goOnline(), browser.cable?.plugIn()]);
  assertSucceeded(server, await waitForEnd(server, 'alone'), [file]);
});

test('a browser that was killed offline goes on by Background Sync when it is back, with no page', {
  skip: skip || (engine !== 'chromium' && 'only Chromium has Background Sync'),
}, async () => {
  const file = { name: 'synced', size: 16 * kMiB };
  const page = await openPage(browser);
  await registerWorker(page, '/pages/sw.js?late=on');
  await browser.cable?.pullOut();
  await untilOffline(page);
  await startFetch(page, 'synced', [urlOf(server.origin, file)]);
  await page.run(async ({ scope, tag }) => {
    const registration = /** @type {any} */ (await navigator.serviceWorker.getRegistration(scope));
    while (!(await registration.sync.getTags()).includes(tag));
  }, { scope: kScope, tag: kSyncTag });
  await browser.restart();
  assert.deepEqual(server.log.for('synced'), []);
  await browser.cable?.plugIn();
  await server.reports.next(({ kind, tag }) => kind === 'sync-before' && tag === kSyncTag);
  assertSucceeded(server, await waitForEnd(server, 'synced'), [file]);
});
