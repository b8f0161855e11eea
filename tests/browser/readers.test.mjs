/** Whoever reads a body while it downloads reads on, whatever becomes of the worker. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sha256Of, startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kScope, openPage, startFetch, untilDownloaded, updateWorker, urlOf,
  waitForEnd,
} from './fetching.mjs';
import { beginReading, endReading } from './reading.mjs';
import { cannotEndWorkers, endWorkers } from './worker-deaths.mjs';

const engine = engineUnderTest();

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engine, { server, debugging: engine === 'chromium' });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * Something happens to the worker while a page reads.
 *
 * @param {string} name
 * @param {(page: import('./driver.mjs').Page) => Promise<unknown>} happen
 */
async function readThrough(name, happen) {
  const file = { name, size: 12 * kMiB, switches: `rate=${kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, name, [urlOf(server.origin, file)]);
  await beginReading(page, name, 'reading');
  const reading = endReading(page, 'reading');
  // By now it waits for what comes next.
  await untilDownloaded(page, name, 3 * kMiB);
  await happen(page);
  server.setSwitches(name, `rate=${20 * kMiB}`);
  assert.deepEqual(await reading, { size: file.size, sha256: sha256Of(name, file.size) });
  assertSucceeded(server, await waitForEnd(server, name), [file]);
  await page.close();
}

/**
 * Something happens to the worker when its event is over, and a page that was
 * given the response has yet to read it.
 *
 * @param {string} name
 * @param {(page: import('./driver.mjs').Page) => Promise<unknown>} happen
 */
async function readAfter(name, happen) {
  const file = { name, size: 3 * kMiB };
  const page = await openPage(browser);
  const given = page.run(takeAtTheEnd, { scope: kScope, id: name, url: urlOf(server.origin, file) });
  assertSucceeded(server, await waitForEnd(server, name), [file]);
  assert.equal((await given).status, 200);
  await happen(page);
  // Whatever its engine does when it starts, it has done it by then.
  await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.getIds();
  }, kScope);
  const other = { name: `${name}-other`, size: 1000 };
  await startFetch(page, other.name, [urlOf(server.origin, other)]);
  assertSucceeded(server, await waitForEnd(server, other.name), [other]);
  assert.deepEqual(await page.run(readGiven), { size: file.size, sha256: sha256Of(name, file.size) });
  await page.close();
}

// --- In the page

/**
 * Once the fetch has succeeded, and while its event runs.
 *
 * @param {{scope: string, id: string, url: string}} argument
 */
async function takeAtTheEnd({ scope, id, url }) {
  const worker = await navigator.serviceWorker.getRegistration(scope);
  const fetching = await worker?.backgroundFetch.fetch(id, url);
  if (!fetching) throw new Error('the registration has gone');
  const [record] = await fetching.matchAll();
  while (fetching.result === '') {
    await new Promise((resolve) => {
      fetching.addEventListener('progress', resolve, { once: true });
    });
  }
  const given = await record.responseReady;
  Object.assign(self, { given });
  return { status: given.status };
}

async function readGiven() {
  const bytes = await /** @type {any} */ (self).given.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { size: bytes.byteLength, sha256 };
}

// --- The cases

test('a response that was given out is whole after its worker was replaced', () =>
  readAfter('given-replaced', (page) => (
    updateWorker(page, '/pages/sw.js?given=replaced', 'activated'))));

test('a response that was given out is whole after its worker died',
  { skip: cannotEndWorkers(engine) },
  () => readAfter('given-died', () => endWorkers(browser, server.origin + kScope)));

test('a reader whose worker is replaced reads on', () =>
  readThrough('replaced', (page) => updateWorker(page, '/pages/sw.js?replaced', 'activated')));

test('a reader whose worker dies reads on', { skip: cannotEndWorkers(engine) }, () =>
  readThrough('died', () => endWorkers(browser, server.origin + kScope)));
