/** Pages and workers that come and go: what they pay where there is no work, what they miss. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kPage, kScope, openPage, registerWorker, startFetch, untilDownloaded,
  untilMarked, urlOf, waitForEnd,
} from './fetching.mjs';

const engine = engineUnderTest();

const kSyncTag = 'background-fetch-polyfill';

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

test('the mark of unfinished work comes with a fetch, and goes with it', async () => {
  const file = { name: 'marked', size: 64 * 1024 };
  let page = await openPage(browser);
  await untilMarked(page, false);
  await page.run(async ({ scope, url }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await registration?.backgroundFetch.fetch('marked', url);
    // Records go when the outcome is durably delivered.
    while (fetching?.recordsAvailable) await new Promise((resolve) => setTimeout(resolve, 100));
  }, { scope: kScope, url: urlOf(server.origin, file) });
  assertSucceeded(server, await waitForEnd(server, 'marked'), [file]);
  await untilMarked(page, true);
  // Late readers have been waited for when the browser was closed.
  await browser.restart();
  page = await openPage(browser);
  await untilMarked(page, false);
  await page.close();
});

/** @param {string} run @param {string} query */
async function goThereAndBack(run, query) {
  const opener = await openPage(browser);
  await opener.run((url) => {
    window.open(url, '_blank', 'noopener');
  }, `/pages/there-and-back.html?run=${run}&${query}`);
  const { persisted } = await server.reports.next(
    ({ kind, run: of }) => kind === 'came-back' && of === run);
  await opener.close();
  return persisted;
}

test('a page without work stays free for the back/forward cache', async (context) => {
  // Where the same page without our script is not kept either, ours cannot be.
  if (!(await goThereAndBack('without-script', 'polyfill=off'))) {
    context.skip('this engine does not keep such a page at all');
    return;
  }
  assert.equal(await goThereAndBack('without-work', ''), true);
});

test('a page that left while there was work has caught up when it is back', async (context) => {
  const file = { name: 'left-behind', size: 8 * kMiB, switches: `rate=${2 * kMiB}` };
  const url = encodeURIComponent(urlOf(server.origin, file));
  const persisted = await goThereAndBack('left-behind', `url=${url}`);
  assertSucceeded(server, await waitForEnd(server, 'left-behind'), [file]);
  // Nothing promises that a page with work is kept, and one that is loaded anew
  // has nothing to catch up with.
  if (!persisted) {
    context.skip('this engine does not keep such a page');
    return;
  }
  const { result, downloaded } = await server.reports.next(
    ({ kind, run }) => kind === 'caught-up' && run === 'left-behind');
  assert.deepEqual({ result, downloaded }, { result: 'success', downloaded: file.size });
});

test('a frozen page catches up when it is resumed: values, event, result', {
  skip: engine !== 'chromium' && 'no other engine freezes pages that are not in a cache',
}, async () => {
  const debugged = await launch(engine, { server, debugging: true });
  try {
    const file = { name: 'frozen', size: 16 * kMiB, switches: `rate=${kMiB}` };
    const page = await openPage(debugged, '/pages/sw.js', `${kPage}?frozen`);
    await startFetch(page, 'frozen', [urlOf(server.origin, file)]);
    await untilDownloaded(page, 'frozen', kMiB);
    await page.run(async (scope) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      const fetching = await registration?.backgroundFetch.get('frozen');
      const { driverOrigin } = /** @type {any} */ (self);
      document.addEventListener('freeze', () => {
        navigator.sendBeacon(`${driverOrigin}/driver/reports`, JSON.stringify({ kind: 'frozen' }));
      });
      const resumed = new Promise((resolve) => document.addEventListener('resume', () => {
        const { downloaded, result } = /** @type {any} */ (fetching);
        resolve({ downloaded, result });
      }));
      const told = new Promise((resolve) => fetching?.addEventListener('progress', () => {
        const { downloaded, result } = fetching;
        if (result !== '') resolve({ downloaded, result });
      }));
      Object.assign(self, { resumed, told });
    }, kScope);
    await debugged.debugging?.setLifecycle('?frozen', 'frozen');
    await server.reports.next(({ kind }) => kind === 'frozen');
    server.setSwitches('frozen', `rate=${100 * kMiB}`);
    server.dropConnections('frozen');
    assertSucceeded(server, await waitForEnd(server, 'frozen'), [file]);

    await debugged.debugging?.setLifecycle('?frozen', 'active');
    const resumed = await page.run(() => /** @type {any} */ (self).resumed);
    assert.equal(resumed.result, '');
    assert.ok(resumed.downloaded < file.size, `${resumed.downloaded} bytes known while frozen`);
    assert.deepEqual(await page.run(() => /** @type {any} */ (self).told),
      { downloaded: file.size, result: 'success' });
    await page.close();
  } finally {
    await debugged.close();
  }
});

test('syncs are few, ours are not the app\'s, and the app\'s not ours', {
  skip: engine !== 'chromium' && 'only Chromium has Background Sync',
}, async () => {
  const file = { name: 'synced', size: 16 * kMiB, switches: `rate=${2 * kMiB}` };
  const page = await openPage(browser);
  await registerWorker(page, '/pages/sw.js?late=on');
  /** @param {string} kind @param {string} tag @param {number} [timeoutMs] */
  const nextSync = (kind, tag, timeoutMs) => server.reports.next(
    (report) => report.kind === kind && report.tag === tag, timeoutMs);
  await startFetch(page, 'synced', [urlOf(server.origin, file)]);
  await nextSync('sync-before', kSyncTag);
  await page.run(async (scope) => {
    const registration = /** @type {any} */ (await navigator.serviceWorker.getRegistration(scope));
    await registration.sync.register('outbox');
  }, kScope);
  await nextSync('sync-after', 'outbox');
  assertSucceeded(server, await waitForEnd(server, 'synced'), [file]);
  // Work has begun once, so it was asked for once.
  await assert.rejects(nextSync('sync-before', kSyncTag, 1_000));
  await assert.rejects(nextSync('sync-after', kSyncTag, 1));
  await page.close();
});
