/** A store that is full: refused before it begins, or failed with what was there kept. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, openPage, startFetch, untilMarked, urlOf, waitForEnd,
  wholeRecord,
} from './fetching.mjs';
import { canBound } from './small-disk.mjs';

const engine = engineUnderTest();
const skip = canBound(engine) ? false : 'this machine lets nobody mount a small disk';

/** Of all sites; browsers keep some of it for themselves and for others. */
const kStorageBytes = 256 * kMiB;

/** More than any browser gives of that to one site. */
const kTooMuch = 300 * kMiB;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  if (skip) return;
  server = await startServer();
  browser = await launch(engine, { server, storageBytes: kStorageBytes });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('a total that cannot fit is refused with QuotaExceededError where estimates are made',
  { skip }, async () => {
    const page = await openPage(browser);
    // Chromium's names more than there is, so that nobody can tell how large the disk is.
    const quota = await page.run(async () => (await navigator.storage?.estimate())?.quota ?? 0);
    const file = { name: 'refused', size: kMiB };
    const total = quota > 0 ? quota + 1 : kTooMuch;
    const started = startFetch(page, 'refused', [urlOf(server.origin, file)], {
      downloadTotal: total,
    });
    if (quota > 0) await assert.rejects(started, { name: 'QuotaExceededError' });
    else assert.equal((await started).downloadTotal, total);
    assert.equal(server.log.for('refused').length > 0, quota === 0);
    await page.close();
  });

test('a store that fills up fails with quota-exceeded, keeps what is whole, and is cleared',
  { skip }, async () => {
    const small = { name: 'small', size: 2 * kMiB };
    const large = { name: 'large', size: kTooMuch };
    const page = await openPage(browser);
    await startFetch(page, 'full', [small, large].map((file) => urlOf(server.origin, file)));
    const report = await waitForEnd(server, 'full');
    assert.equal(report.kind, 'backgroundfetchfail');
    assert.equal(report.failureReason, 'quota-exceeded');
    assert.deepEqual(report.records, [
      wholeRecord(server, small),
      { url: urlOf(server.origin, large), error: 'TypeError' },
    ]);

    // Its bytes are there as long as somebody may read them. A browser that dies
    // now comes back to a store in which there may be no room even to delete.
    await browser.restart();
    const again = await openPage(browser);
    await untilMarked(again, false);
    const next = { name: 'room', size: 32 * kMiB };
    await startFetch(again, 'room', [urlOf(server.origin, next)]);
    assertSucceeded(server, await waitForEnd(server, 'room'), [next]);
    await again.close();
  });
