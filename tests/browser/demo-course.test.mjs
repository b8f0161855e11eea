/** The demo's course: one fetch, whose records are of use before it has ended. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  openDemo, press, startDemoServer, until, untilInTray, untilReady, withLateWorker,
} from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB } from './fetching.mjs';

const kTitle = 'Morse code in ten lessons';
const kNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** How the film begins, and begins again: with the shortest light. */
const kFilm = {
  number: 3, title: 'The letters of SOS', seconds: 136, loopSeconds: 34,
  onAt: 0.125, offAt: 0.375, bytes: 137 * 12_288,
};

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

/** @param {number} number */
function nameOf(number) {
  return `lesson-${number}.${number === kFilm.number ? 'webm' : 'wav'}`;
}

/** @param {number} number @param {string} state */
function lesson(number, state) {
  return `[data-number="${number}"][data-state=${state}]`;
}

/** @param {number} rate  Bytes a second, of all from `first` on. @param {number} [first] */
function setRate(rate, first = 1) {
  for (const number of kNumbers.slice(first - 1)) server.setSwitches(nameOf(number), `rate=${rate}`);
}

function countRequests() {
  return kNumbers.reduce((sum, number) => sum + server.log.for(nameOf(number)).length, 0);
}

test('the course: lessons open one by one; it holds, goes on, and opens offline', async () => {
  setRate(16 * kMiB);
  setRate(kMiB / 16, 4);
  const page = await openDemo(browser, '/course/');
  await press(page, 'Download the course, 12.5\u00a0MB');
  await until(page, lesson(1, 'available'));
  await until(page, `${lesson(1, 'available')} button:not([disabled])`);
  await until(page, `.lesson:not([data-state=available]):not([data-state=kept]) button[disabled]`);
  await untilInTray(page, kTitle, 'percent >= 10');

  await press(page, `Pause: ${kTitle}`);
  await untilInTray(page, kTitle, '/paused/.test(row)');
  for (const number of kNumbers) {
    await server.log.until(nameOf(number), (all) => all.every(({ endedAt }) => endedAt !== null));
  }
  const requests = countRequests();
  await page.navigate('/course/?polyfill=off&again');
  await untilReady(page);
  await until(page, lesson(1, 'available'));
  assert.equal(countRequests(), requests);

  setRate(16 * kMiB);
  await press(page, `Resume: ${kTitle}`);
  for (const number of kNumbers) await until(page, lesson(number, 'kept'));
  assert.equal(await until(page, '#progress-text'), '10 of 10 lessons are here');

  await server.goOffline();
  try {
    await page.navigate('/course/?polyfill=off&offline');
    await untilReady(page);
    await until(page, '#connection');
    await page.run(() => {
      /** @type {HTMLAudioElement} */ (document.querySelector('audio')).muted = true;
    });
    await press(page, 'Listen: The last three');
    await until(page, '#now-time', 'of 2:30');
  } finally {
    await server.goOnline();
  }
  await press(page, 'Remove from this device');
  await until(page, lesson(8, 'absent'));
  await page.close();
});

test('the course: what failed is fetched again, and nothing else', async () => {
  setRate(16 * kMiB);
  const page = await openDemo(browser, '/course/');
  await page.run(() => {
    /** @type {HTMLInputElement} */ (document.querySelector('#lose')).click();
  });
  await press(page, 'Download the course, 12.5\u00a0MB');
  await until(page, lesson(7, 'failed'));
  for (const number of kNumbers.filter((each) => each !== 7)) await until(page, lesson(number, 'kept'));
  const others = countRequests() - server.log.for(nameOf(7)).length;
  await page.run(() => {
    /** @type {HTMLInputElement} */ (document.querySelector('#lose')).click();
  });
  await press(page, 'Download what is missing: 1 lesson');
  await until(page, lesson(7, 'kept'));
  assert.equal(countRequests() - server.log.for(nameOf(7)).length, others);
  await press(page, 'Remove from this device');
  await until(page, lesson(7, 'absent'));
  await page.close();
});

test('the course: cancelled, it leaves nothing, not even what was whole', async () => {
  setRate(16 * kMiB);
  setRate(kMiB / 64, 2);
  const page = await openDemo(browser, '/course/');
  await press(page, 'Download the course, 12.5\u00a0MB');
  await until(page, lesson(1, 'available'));
  await press(page, `Cancel: ${kTitle}`);
  for (const number of kNumbers) await until(page, lesson(number, 'absent'));
  await press(page, 'Download the course, 12.5\u00a0MB');
  await press(page, `Cancel: ${kTitle}`);
  await page.close();
});

test('the course: what is clicked before there is a worker is done when there is one', async () => {
  await withLateWorker(browser, server, '/course/', async (page, { setSwitches }) => {
    for (const number of kNumbers) setSwitches(nameOf(number), `rate=${16 * kMiB}`);
    await press(page, 'Download the course, 12.5\u00a0MB');
  }, async (page) => {
    await until(page, lesson(10, 'kept'));
  });
});

/**
 * Seeks in the film as people do.
 *
 * @param {import('./driver.mjs').Page} page
 * @param {number} seconds
 */
function beginSeek(page, seconds) {
  return page.run(async (seconds) => {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
    const slider = /** @type {HTMLInputElement} */ (document.querySelector('#now-position'));
    while (!(Number(slider.max) > 0)) {
      await new Promise((resolve) => video.addEventListener('durationchange', resolve, { once: true }));
    }
    video.pause();
    // Where it is now is no turn of the lamp, and the slider knows whole seconds only.
    slider.step = 'any';
    slider.value = String(seconds);
    slider.dispatchEvent(new Event('input'));
  }, seconds);
}

/**
 * @param {import('./driver.mjs').Page} page
 * @param {boolean} isOn
 * @returns {Promise<number>} Where it is when the lamp is seen to be so.
 */
function untilLamp(page, isOn) {
  return page.run(async (isOn) => {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
    while (video.seeking) {
      await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    }
    const { videoWidth, videoHeight } = video;
    const canvas = new OffscreenCanvas(videoWidth, videoHeight);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const brightnessAt = (/** @type {number} */ x, /** @type {number} */ y) => (
      context.getImageData(x * videoWidth / 480, y * videoHeight / 270, 1, 1).data[1]);
    for (;;) {
      context.drawImage(video, 0, 0);
      // The moon shines on every picture, and no event tells when there is one.
      if (brightnessAt(397, 60) > 150 && brightnessAt(150, 66) > 150 === isOn) return video.currentTime;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, isOn, { timeoutMs: 90_000 });
}

/** @param {import('./driver.mjs').Page} page @param {number} loop  of the film */
async function assertSeeks(page, loop) {
  for (const [at, isOn] of /** @type {const} */ ([[kFilm.onAt, true], [kFilm.offAt, false]])) {
    const seconds = loop * kFilm.loopSeconds + at;
    await beginSeek(page, seconds);
    assert.equal((await untilLamp(page, isOn)).toFixed(1), seconds.toFixed(1));
  }
}

test('the course: its film plays and seeks while it downloads, and without a network', async () => {
  setRate(16 * kMiB);
  const name = nameOf(kFilm.number);
  server.setSwitches(name, `rate=${kMiB / 4}&stall=${kFilm.bytes / 2}`);
  const page = await openDemo(browser, '/course/');
  await press(page, 'Download the course, 12.5\u00a0MB');
  await until(page, lesson(kFilm.number, 'downloading'));
  await press(page, `Watch: ${kFilm.title}`);
  await until(page, '#now-time', '0:0[1-9] of 2:16');
  await assertSeeks(page, 1);

  await beginSeek(page, 3 * kFilm.loopSeconds + kFilm.onAt);
  assert.equal(await page.run(() => document.querySelector('video')?.seeking), true);
  await until(page, lesson(kFilm.number, 'downloading'));
  server.setSwitches(name, `rate=${16 * kMiB}`);
  server.dropConnections(name);
  await untilLamp(page, true);
  for (const number of kNumbers) await until(page, lesson(number, 'kept'));

  await server.goOffline();
  try {
    await page.navigate('/course/?polyfill=off&offline');
    await untilReady(page);
    await press(page, `Watch: ${kFilm.title}`);
    for (const loop of [3, 0]) await assertSeeks(page, loop);
    await beginSeek(page, kFilm.seconds - 1);
    await press(page, 'Play');
    await until(page, '#now-time', '2:16 of 2:16');
  } finally {
    await server.goOnline();
  }
  await press(page, 'Remove from this device');
  await until(page, lesson(kFilm.number, 'absent'));
  await page.close();
});
