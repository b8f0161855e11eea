/** How background fetches end, each outcome once, in the engine under test. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kScope, openPage, startFetch, urlOf, waitForEnd, wholeRecord,
} from './fetching.mjs';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {import('./driver.mjs').Page} */
let page;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
  page = await openPage(browser);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('one file of 100 MiB ends in success, every byte right', async () => {
  const file = { name: 'large', size: 100 * kMiB };
  const options = { title: 'Large', downloadTotal: file.size };
  assert.deepEqual(
    await startFetch(page, 'large', [urlOf(server.origin, file)], options),
    { id: 'large', downloadTotal: file.size },
  );
  assertSucceeded(server, await waitForEnd(server, 'large', 60_000), [file]);
});

test('twenty files of 1 KiB to 5 MiB end in success, every byte right', async () => {
  const files = Array.from({ length: 20 }, (_, index) => ({
    name: `set-${index}`,
    size: Math.round(1024 * (5 * 1024) ** (index / 19)),
  }));
  assert.equal(files[19].size, 5 * kMiB);
  await startFetch(page, 'set', files.map((file) => urlOf(server.origin, file)));
  assertSucceeded(server, await waitForEnd(server, 'set', 60_000), files);
});

test('one 404 in a set is bad-status, the others stay readable', async () => {
  const good = [{ name: 'good-1', size: 300_000 }, { name: 'good-2', size: 2 * kMiB }];
  const missing = { name: 'missing', size: 1000, switches: 'status=404' };
  const files = [good[0], missing, good[1]];
  await startFetch(page, 'one-missing', files.map((file) => urlOf(server.origin, file)));
  const report = await waitForEnd(server, 'one-missing', 30_000);
  assert.equal(report.kind, 'backgroundfetchfail');
  assert.equal(report.result, 'failure');
  assert.equal(report.failureReason, 'bad-status');
  assert.deepEqual(report.records[0], wholeRecord(server, good[0]));
  assert.deepEqual(report.records[2], wholeRecord(server, good[1]));
  assert.equal(report.records[1].status, 404);
  assert.equal(report.records[1].size, 0);
});

test('abort() mid-way ends in backgroundfetchabort, and the network rests', async () => {
  const file = { name: 'aborted', size: 50 * kMiB, switches: `rate=${2 * kMiB}` };
  await startFetch(page, 'aborted', [urlOf(server.origin, file)]);
  const aborted = await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    if (!registration) throw new Error('the registration has gone');
    const fetching = await registration.backgroundFetch.get('aborted');
    await new Promise((resolve) => {
      const check = () => fetching.downloaded > 0 && resolve(null);
      fetching.addEventListener('progress', check);
      check();
    });
    const answer = await fetching.abort();
    const again = await fetching.abort();
    return { answer, again, ids: await registration.backgroundFetch.getIds() };
  }, kScope);
  assert.deepEqual(aborted, { answer: true, again: false, ids: [] });
  const report = await waitForEnd(server, 'aborted', 30_000);
  assert.equal(report.kind, 'backgroundfetchabort');
  assert.equal(report.result, 'failure');
  assert.equal(report.failureReason, 'aborted');
  await server.log.until('aborted', (entries) => entries.every(({ endedAt }) => endedAt), 10_000);
  assert.ok(server.log.bytesWritten('aborted') < file.size);
});

test('downloadTotal one byte short is download-total-exceeded', async () => {
  const file = { name: 'short', size: kMiB };
  const options = { downloadTotal: file.size - 1 };
  await startFetch(page, 'short', [urlOf(server.origin, file)], options);
  const report = await waitForEnd(server, 'short', 30_000);
  assert.equal(report.kind, 'backgroundfetchfail');
  assert.equal(report.result, 'failure');
  assert.equal(report.failureReason, 'download-total-exceeded');
});
