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

test('a reader whose worker is replaced reads on', () =>
  readThrough('replaced', (page) => updateWorker(page, '/pages/sw.js?replaced', 'activated')));

test('a reader whose worker dies reads on', { skip: cannotEndWorkers(engine) }, () =>
  readThrough('died', () => endWorkers(browser, server.origin + kScope)));
