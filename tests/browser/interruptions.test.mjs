/** Downloads that are cut or killed go on where they were. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  longest, mostAtOnce, overlap, plainRequests, rangesAsked, totalLength,
} from '../server/range-accounts.mjs';
import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kChunkBytesMax, kMiB, openPage, startFetch, untilDownloaded, urlOf, waitForEnd,
} from './fetching.mjs';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('four cuts of a 50 MiB file cost at most two chunks each', async () => {
  const cuts = [12, 22, 32, 42];
  const file = {
    name: 'cut',
    size: 50 * kMiB,
    switches: cuts.map((mebibytes) => `cutAt=${mebibytes * kMiB}:1`).join('&'),
  };
  const page = await openPage(browser);
  await startFetch(page, 'cut', [urlOf(server.origin, file)]);
  assertSucceeded(server, await waitForEnd(server, 'cut'), [file]);

  const entries = server.log.for('cut');
  assert.equal(entries.filter(({ cut }) => cut).length, cuts.length);
  // The first request is plain, and cancelled once its head shows that ranges work.
  assert.equal(plainRequests(entries).length, 1);
  const asked = rangesAsked(entries);
  assert.ok(longest(asked) <= kChunkBytesMax, `a range of ${longest(asked)} bytes`);
  const most = file.size + cuts.length * 2 * kChunkBytesMax;
  assert.ok(totalLength(asked) <= most, `${totalLength(asked)} bytes asked for, not ${most}`);
  await page.close();
});

test('a browser killed mid-way asks only for what it has not stored', async () => {
  const file = { name: 'killed', size: 50 * kMiB, switches: `rate=${4 * kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, 'killed', [urlOf(server.origin, file)]);
  const told = await untilDownloaded(page, 'killed', 15 * kMiB);
  await browser.kill();
  const before = await server.log.until(
    'killed', (entries) => entries.every(({ endedAt }) => endedAt));
  server.setSwitches('killed', `rate=${100 * kMiB}`);
  await browser.start();
  await openPage(browser);
  assertSucceeded(server, await waitForEnd(server, 'killed'), [file]);

  const after = server.log.for('killed').slice(before.length);
  assert.equal(plainRequests(after).length, 0);
  // Progress counts what is durable; none of that is asked for again.
  const asked = totalLength(rangesAsked(after));
  assert.ok(asked <= file.size - told, `${asked} bytes asked for after ${told} were stored`);
  const written = rangesAsked(before.filter(({ complete }) => complete));
  // Written is not yet stored: each request at work may lose the chunk it had just got.
  const allowed = mostAtOnce(before) * longest(rangesAsked(before));
  const again = overlap(rangesAsked(after), written);
  assert.ok(again <= allowed, `${again} bytes asked for again, ${allowed} allowed`);
});
