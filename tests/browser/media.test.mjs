/** Media plays from the service worker, and seeks, also while it downloads. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB, openPage, startFetch, untilDownloaded, urlOf } from './fetching.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

const kSize = 6 * kMiB;
const kSamplesPerSecond = 8_000;
const kDurationSeconds = (kSize - 44) / kSamplesPerSecond;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {Page} */
let page;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
  page = await openPage(browser, '/pages/media-sw.js');
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {string} id @returns {Promise<number>} The duration that the element shows. */
function load(id) {
  return page.run(async (id) => {
    const audio = new Audio(`/pages/media/${id}`);
    Object.assign(self, { audio });
    audio.muted = true;
    audio.preload = 'metadata';
    await new Promise((resolve, reject) => {
      audio.addEventListener('loadedmetadata', resolve);
      audio.addEventListener('error', () => reject(new Error(audio.error?.message)));
    });
    return audio.duration;
  }, id);
}

/** @param {number} seconds @returns {Promise<number>} Where it is when it can be heard. */
function seek(seconds) {
  return page.run(async (seconds) => {
    const { audio } = /** @type {any} */ (self);
    const seeked = new Promise((resolve, reject) => {
      audio.addEventListener('seeked', resolve, { once: true });
      audio.addEventListener('error', () => reject(new Error(audio.error?.message)));
    });
    audio.currentTime = seconds;
    await seeked;
    while (audio.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
      await new Promise((resolve) => audio.addEventListener('canplay', resolve, { once: true }));
    }
    return audio.currentTime;
  }, seconds);
}

/** @param {number} actual @param {number} expected */
function assertNear(actual, expected) {
  assert.ok(Math.abs(actual - expected) < 1, `${actual} is not about ${expected}`);
}

// WebKitGTK's player asks for all of it first; while that answer is under way it asks for no
// range, also where it knows the length and calls all of it seekable: it waits, or starts over.
const skip = engineUnderTest() === 'webkit' &&
  'the player asks for no range while its first answer is under way';

test('half-downloaded audio seeks to what is stored and what is not', { skip }, async () => {
  const file = { name: 'song', size: kSize, switches: `wav=${kSamplesPerSecond}&rate=${kMiB / 4}` };
  await startFetch(page, 'song', [urlOf(server.origin, file)]);
  const downloaded = await untilDownloaded(page, 'song', kMiB);
  assertNear(await load('song'), kDurationSeconds);
  const near = 0.5 * (downloaded / kSize) * kDurationSeconds;
  assertNear(await seek(near), near);
  assert.ok(server.log.bytesWritten('song') < kSize, 'it was no half any more');
  server.setSwitches('song', `rate=${8 * kMiB}`);
  const far = 0.9 * kDurationSeconds;
  assertNear(await seek(far), far);
  await server.reports.next(({ kind, id }) => kind === 'kept' && id === 'song', 60_000);
});

test('kept audio seeks, too', async () => {
  const file = { name: 'kept-song', size: kSize, switches: `wav=${kSamplesPerSecond}` };
  await startFetch(page, 'kept-song', [urlOf(server.origin, file)]);
  await server.reports.next(({ kind, id }) => kind === 'kept' && id === 'kept-song', 60_000);
  assertNear(await load('kept-song'), kDurationSeconds);
  for (const part of [0.9, 0.2]) {
    assertNear(await seek(part * kDurationSeconds), part * kDurationSeconds);
  }
  const ranged = await server.reports.next(
    ({ kind, id, range }) => kind === 'media' && id === 'kept-song' && range !== null, 10_000);
  assert.equal(ranged.status, 206);
  assert.match(ranged.contentRange, new RegExp(`/${kSize}$`));
});
