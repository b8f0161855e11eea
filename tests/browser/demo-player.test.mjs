/** The demo's podcast player. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { kMiB } from './fetching.mjs';
import {
  openDemo, press, startDemoServer, until, untilInTray, untilReady, withLateWorker,
} from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startDemoServer();
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {string} id @param {string} state */
function row(id, state) {
  return `[data-id=${id}][data-state=${state}]`;
}

/** @param {Page} page  Browsers play without a click what cannot be heard. */
function mute(page) {
  return page.run(() => {
    /** @type {HTMLAudioElement} */ (document.querySelector('audio')).muted = true;
  });
}

/**
 * @param {Page} page
 * @param {number} part  of the whole
 * @returns {Promise<number>} Where it is when it can be heard, as a part, too.
 */
function seek(page, part) {
  return page.run(async (part) => {
    const audio = /** @type {HTMLAudioElement} */ (document.querySelector('audio'));
    const until = async (/** @type {string} */ type, /** @type {() => boolean} */ holds) => {
      while (!holds()) {
        await new Promise((resolve) => audio.addEventListener(type, resolve, { once: true }));
      }
    };
    await until('loadedmetadata', () => audio.readyState >= HTMLMediaElement.HAVE_METADATA);
    audio.pause();
    const slider = /** @type {HTMLInputElement} */ (document.querySelector('#now-position'));
    await until('durationchange', () => Number(slider.max) > 0);
    slider.value = String(Math.floor(part * audio.duration));
    slider.dispatchEvent(new Event('input'));
    await until('seeked', () => !audio.seeking);
    await until('canplay', () => audio.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
    return audio.currentTime / audio.duration;
  }, part);
}

/**
 * Where it is is not asked: WebKitGTK does not know while it downloads.
 *
 * @param {Page} page
 * @param {number} times  that the player says that it is elsewhere, about four a second
 */
function untilHeard(page, times) {
  return page.run((times) => new Promise((resolve, reject) => {
    const audio = /** @type {HTMLAudioElement} */ (document.querySelector('audio'));
    let updates = 0;
    audio.addEventListener('timeupdate', () => {
      updates += 1;
      if (updates === times) resolve(null);
    });
    audio.addEventListener('error', () => reject(new Error(audio.error?.message)));
  }), times, { timeoutMs: 60_000 });
}

/** @param {number} actual @param {number} expected */
function assertNear(actual, expected) {
  assert.ok(Math.abs(actual - expected) < 0.01, `${actual} is not about ${expected}`);
}

test('the player: an episode moves, holds, goes on, and plays offline, then the next', async () => {
  const name = 'attic-rain.wav';
  server.setSwitches(name, `rate=${kMiB / 32}`);
  const page = await openDemo(browser, '/player/');
  await press(page, 'Add to queue: Attic rain');
  await untilInTray(page, 'Attic rain', 'percent >= 5');
  await until(page, `${row('attic-rain', 'downloading')} .episode-state`, '[1-9]\\d?\\s%');

  await press(page, 'Pause: Attic rain');
  await untilInTray(page, 'Attic rain', '/paused/.test(row)');
  await server.log.until(name, (all) => all.every(({ endedAt }) => endedAt !== null));
  const requests = server.log.for(name).length;
  // Another one goes its way meanwhile, from its beginning to its end.
  server.setSwitches('first-snow.wav', `rate=${16 * kMiB}`);
  await press(page, 'Add to queue: First snow');
  await until(page, row('first-snow', 'kept'));
  assert.equal(server.log.for(name).length, requests);

  // A page that is opened anew knows of both, and of the queue.
  await page.navigate('/player/?polyfill=off&again');
  await untilReady(page);
  await until(page, row('first-snow', 'kept'));
  await untilInTray(page, 'Attic rain', '/paused/.test(row)');
  assert.match(await until(page, '#queue'), /Attic rain.*First snow/);
  server.setSwitches(name, `rate=${16 * kMiB}`);
  await press(page, 'Resume: Attic rain');
  await until(page, row('attic-rain', 'kept'));

  await server.goOffline();
  try {
    await page.navigate('/player/?polyfill=off&offline');
    await untilReady(page);
    await until(page, '#connection');
    await mute(page);
    await press(page, 'Play: Attic rain');
    await until(page, '#now-time', '^0:(0[2-9]|[1-5]).* of 10:00$');
    for (const part of [0.9, 0.2]) assertNear(await seek(page, part), part);
    // It is the first in the queue itself.
    await press(page, 'Remove from queue: Attic rain');
    assertNear(await seek(page, 0.995), 0.995);
    await press(page, 'Play');
    await until(page, '#now-title', '^First snow$');
    await until(page, '#no-queue');
    await until(page, '#now-time', '^0:(0[2-9]|[1-5]).* of 14:00$');
  } finally {
    await server.goOnline();
  }
  await press(page, 'Remove download: Attic rain');
  await until(page, row('attic-rain', 'absent'));
  await page.close();
});

test('the player: what is clicked in the tray plays while it downloads', async () => {
  const name = 'night-train.wav';
  server.setSwitches(name, `rate=${kMiB / 16}`);
  const page = await openDemo(browser, '/player/');
  await mute(page);
  await press(page, 'Add to queue: Night train');
  await untilInTray(page, 'Night train', 'percent >= 1');
  await press(page, 'Night train');
  await until(page, '#now-title', '^Night train$');
  await untilHeard(page, 8);
  await until(page, row('night-train', 'downloading'));
  server.setSwitches(name, `rate=${8 * kMiB}`);
  await until(page, row('night-train', 'kept'));
  await press(page, 'Remove download: Night train');
  await until(page, row('night-train', 'absent'));
  await page.close();
});

// WebKitGTK's player asks for all of it first; while that answer is under way it asks for no
// range, also where it knows the length and calls all of it seekable: it waits, or starts over.
const skip = engineUnderTest() === 'webkit' &&
  'the player asks for no range while its first answer is under way';

test('the player: an episode seeks while it downloads', { skip }, async () => {
  const name = 'night-train.wav';
  server.setSwitches(name, `rate=${kMiB / 32}`);
  const page = await openDemo(browser, '/player/');
  await mute(page);
  await press(page, 'Play: Night train');
  const percent = await untilInTray(page, 'Night train', 'percent >= 10');
  assertNear(await seek(page, percent / 200), percent / 200);
  await until(page, row('night-train', 'downloading'));
  server.setSwitches(name, `rate=${8 * kMiB}`);
  assertNear(await seek(page, 0.9), 0.9);
  await until(page, row('night-train', 'kept'));
  await page.close();
});

test('the player: a cancelled download leaves nothing, and one that failed is tried again', async () => {
  server.setSwitches('low-tide.wav', `rate=${kMiB / 32}`);
  const page = await openDemo(browser, '/player/');
  await press(page, 'Add to queue: Low tide');
  await untilInTray(page, 'Low tide', 'percent >= 1');
  await press(page, 'Cancel: Low tide');
  await untilInTray(page, 'Low tide', 'row === null');
  await until(page, row('low-tide', 'absent'));

  server.setSwitches('long-summer.wav', 'status=404:1');
  await press(page, 'Add to queue: Long summer');
  await until(page, row('long-summer', 'failed'));
  await press(page, 'Try again: Long summer');
  await until(page, row('long-summer', 'kept'));
  await press(page, 'Remove download: Long summer');
  await until(page, row('long-summer', 'absent'));
  await page.close();
});

test('the player: what is clicked before there is a worker is done when there is one', async () => {
  await withLateWorker(browser, server, '/player/', async (page, { setSwitches }) => {
    setSwitches('low-tide.wav', `rate=${16 * kMiB}`);
    await press(page, 'Add to queue: Low tide');
  }, async (page) => {
    await until(page, row('low-tide', 'kept'));
  });
});
