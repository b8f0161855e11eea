/** The demo's course: one fetch, whose records are of use before it has ended. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  downloadBeside, openDemo, press, startDemoServer, until, untilInTray, untilReady, withLateWorker,
} from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB } from './fetching.mjs';

const kTitle = 'Morse code in ten lessons';
const kNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** The lesson that is a film. */
const kFilmNumber = 3;
const kWatch = 'Watch: The letters of SOS';

/** See demo/course/lessons.js. */
const kFilmBytes = 137 * 12_288;

/** More than the first picture, which needs no playing. */
const kFramesSeen = 10;

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
  return `lesson-${number}.${number === kFilmNumber ? 'webm' : 'wav'}`;
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

/**
 * Where it is tells nothing: WebKitGTK does not know while it downloads.
 *
 * @param {import('./driver.mjs').Page} page
 * @param {number} frames
 */
function untilSeen(page, frames) {
  return page.run((frames) => new Promise((resolve, reject) => {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
    video.addEventListener('error', () => reject(new Error(video.error?.message)));
    const look = () => {
      if (video.getVideoPlaybackQuality().totalVideoFrames >= frames) resolve(null);
      else requestAnimationFrame(look);
    };
    look();
  }), frames, { timeoutMs: 60_000 });
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
  await downloadBeside(page);
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

test('the course: its film is seen while it comes, and offline from any place', async () => {
  const before = server.log.bytesWritten(nameOf(kFilmNumber));
  // All of them: what comes fast makes parts large, and of a slow one nothing would be there.
  setRate(kMiB / 8);
  const page = await openDemo(browser, '/course/');
  await press(page, 'Download the course, 12.5\u00a0MB');
  await press(page, kWatch);
  await untilSeen(page, kFramesSeen);
  assert.ok(server.log.bytesWritten(nameOf(kFilmNumber)) - before < kFilmBytes, 'all of it was there');
  setRate(16 * kMiB);
  for (const number of kNumbers) await until(page, lesson(number, 'kept'));

  await server.goOffline();
  try {
    await page.navigate('/course/?polyfill=off&offline');
    await untilReady(page);
    await press(page, kWatch);
    await until(page, '#now-time', 'of 2:16');
    await untilSeen(page, kFramesSeen);
    await page.run(() => {
      const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'));
      video.pause();
      return new Promise((resolve, reject) => {
        video.addEventListener('seeked', resolve, { once: true });
        video.addEventListener('error', () => reject(new Error(video.error?.message)));
        video.currentTime = 100;
      });
    });
    await until(page, '#now-time', '^1:40 of 2:16$');
  } finally {
    await server.goOnline();
  }
  await press(page, 'Remove from this device');
  await until(page, lesson(kFilmNumber, 'absent'));
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
