/** Responses are there with their head, and their bodies while they download. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sha256Of, startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kPage, kScope, openPage, startFetch, untilDownloaded, urlOf, waitForEnd,
} from './fetching.mjs';
import { beginReading, endReading } from './reading.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {Page} */
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

/** @param {string} id  Begins in the worker; its report tells the end. */
function readInWorker(id) {
  return page.run(async ({ scope, id }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    registration?.active?.postMessage({ read: id });
  }, { scope: kScope, id });
}

test('20 MiB are read to their end while they download, by pages and the worker', async () => {
  const file = { name: 'live', size: 20 * kMiB, switches: `rate=${kMiB}` };
  await startFetch(page, 'live', [urlOf(server.origin, file)]);
  await readInWorker('live');
  const first = await beginReading(page, 'live', 'early');
  const written = server.log.bytesWritten('live');
  assert.ok(written < file.size / 10, `first byte after ${written} bytes`);
  assert.equal(first.status, 200);
  assert.equal(first.url, urlOf(server.origin, file));
  const early = endReading(page, 'early');
  await untilDownloaded(page, 'live', file.size / 2);
  const another = await browser.open(kPage);
  await beginReading(another, 'live', 'late');
  const late = endReading(another, 'late');
  assert.ok(server.log.bytesWritten('live') < file.size, 'the late reader was too late');

  const whole = { size: file.size, sha256: sha256Of(file.name, file.size) };
  assert.deepEqual(await early, whole);
  assert.deepEqual(await late, whole);
  const report = await server.reports.next(({ kind }) => kind === 'read');
  assert.equal(report.record.size, whole.size);
  assert.equal(report.record.sha256, whole.sha256);
  assertSucceeded(server, await waitForEnd(server, 'live'), [file]);
  await another.close();
});

test('a body that starts over with the same bytes is read on', async () => {
  const size = 6 * kMiB;
  const switches = `noRanges&noValidators&rate=${2 * kMiB}&cutAt=${3 * kMiB}:1`;
  const file = { name: 'again', size, switches };
  await startFetch(page, 'again', [urlOf(server.origin, file)]);
  await beginReading(page, 'again', 'again');
  assert.deepEqual(await endReading(page, 'again'),
    { size, sha256: sha256Of(file.name, size) });
  assert.equal(server.log.for('again').length, 2);
  assertSucceeded(server, await waitForEnd(server, 'again'), [file]);
});

test('a body that starts over with other bytes is a TypeError to who has read some', async () => {
  const size = 6 * kMiB;
  const file = { name: 'changed', size, switches: `rate=${kMiB}` };
  await startFetch(page, 'changed', [urlOf(server.origin, file)]);
  await beginReading(page, 'changed', 'changed');
  server.setSwitches('changed', `version=other&rate=${4 * kMiB}`);
  assert.deepEqual(await endReading(page, 'changed'), { error: 'TypeError' });
  const report = await waitForEnd(server, 'changed');
  assert.equal(report.records[0].sha256, sha256Of('other', size));
});

test('abort() under a reader is an AbortError', async () => {
  const file = { name: 'stopped', size: 20 * kMiB, switches: `rate=${kMiB}` };
  await startFetch(page, 'stopped', [urlOf(server.origin, file)]);
  await beginReading(page, 'stopped', 'stopped');
  const reading = endReading(page, 'stopped');
  assert.equal(await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    return (await registration?.backgroundFetch.get('stopped'))?.abort();
  }, kScope), true);
  assert.deepEqual(await reading, { error: 'AbortError' });
  await waitForEnd(server, 'stopped');
});

test('downloadTotal passed under a reader is a TypeError', async () => {
  const file = { name: 'passed', size: 4 * kMiB, switches: `rate=${kMiB}` };
  await startFetch(page, 'passed', [urlOf(server.origin, file)], { downloadTotal: 2 * kMiB });
  await beginReading(page, 'passed', 'passed');
  assert.deepEqual(await endReading(page, 'passed'), { error: 'TypeError' });
  await waitForEnd(server, 'passed');
});

test('an error status is there at once, empty, while other records go on', async () => {
  const files = [
    { name: 'refused', size: 1000, switches: 'status=404' },
    { name: 'beside', size: 20 * kMiB, switches: `rate=${kMiB}` },
  ];
  await startFetch(page, 'beside', files.map((file) => urlOf(server.origin, file)));
  const seen = await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await registration?.backgroundFetch.get('beside');
    if (!fetching) throw new Error('not active');
    const [{ responseReady }] = await fetching.matchAll();
    const { status, statusText, headers } = await responseReady;
    const text = await (await responseReady).text();
    const { result } = fetching;
    await fetching.abort();
    return { status, statusText, type: headers.get('content-type'), text, result };
  }, kScope);
  assert.deepEqual(seen, {
    status: 404, statusText: 'Not Found', type: 'text/plain', text: '', result: '',
  });
  await waitForEnd(server, 'beside');
});

test('url, type and redirected survive clone(), and no Cache (yet)', async () => {
  const file = { name: 'kept', size: 4 * kMiB, switches: `rate=${kMiB}` };
  await startFetch(page, 'kept', [urlOf(server.origin, file)]);
  const urls = await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await registration?.backgroundFetch.get('kept');
    if (!fetching) throw new Error('not active');
    const [{ request, responseReady }] = await fetching.matchAll();
    const response = await responseReady;
    const cache = await caches.open('kept');
    const { url, type, redirected } = response.clone().clone();
    await cache.put(request, response);
    const cached = await cache.match(request);
    const size = (await cached?.blob())?.size;
    return { cloned: { url, type, redirected }, size, cached: cached?.url };
  }, kScope);
  assert.deepEqual(urls, {
    cloned: { url: urlOf(server.origin, file), type: 'basic', redirected: false },
    size: file.size,
    // The day this is another, responses should be made so that it is theirs.
    cached: '',
  });
  await waitForEnd(server, 'kept');
});
