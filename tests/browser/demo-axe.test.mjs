/** What axe finds wrong with the demo's pages. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { violations } from './axe.mjs';
import { choose, openDemo, press, startDemoServer, until, untilInTray } from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB } from './fetching.mjs';

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

/** @param {Page} page @param {string} state */
async function assertNothingFound(page, state) {
  for (const scheme of ['light', 'dark']) {
    await page.run((scheme) => /** @type {any} */ (self).setColorScheme(scheme), scheme);
    assert.deepEqual(await violations(page), [], `${scheme}, ${state}`);
  }
}

test('the start page: axe finds nothing', async () => {
  const page = await openDemo(browser, '/');
  await assertNothingFound(page, 'at rest');
  await page.close();
});

test('the player: axe finds nothing', async () => {
  const name = 'night-train.wav';
  server.setSwitches(name, `rate=${kMiB / 64}`);
  const page = await openDemo(browser, '/player/');
  await assertNothingFound(page, 'at rest');
  await press(page, 'Add to queue: Low tide');
  await until(page, '[data-id=low-tide][data-state=kept]');
  server.setSwitches('long-summer.wav', 'status=404');
  await press(page, 'Add to queue: Long summer');
  await until(page, '[data-id=long-summer][data-state=failed]');
  await press(page, 'Play: Night train');
  await untilInTray(page, 'Night train', 'percent >= 1');
  await until(page, '#now-playing');
  await assertNothingFound(page, 'in the middle of it');
  await press(page, 'Cancel: Night train');
  await page.close();
});

test('the course: axe finds nothing', async () => {
  const page = await openDemo(browser, '/course/');
  await assertNothingFound(page, 'at rest');
  for (const number of [4, 5, 6, 8, 9, 10]) {
    server.setSwitches(`lesson-${number}.wav`, `rate=${kMiB / 64}`);
  }
  server.setSwitches('lesson-2.wav', 'status=404');
  await press(page, 'Download the course, 12.5\u00a0MB');
  await until(page, '.lesson[data-state=available]');
  await until(page, '.lesson[data-state=failed]');
  await press(page, 'Watch: The letters of SOS');
  await until(page, '#now-toggle[data-state=playing]');
  await assertNothingFound(page, 'in the middle of it');
  await press(page, 'Cancel: Morse code in ten lessons');
  await page.close();
});

test('the lab: axe finds nothing', async () => {
  const page = await openDemo(browser, '/lab/');
  await assertNothingFound(page, 'at rest');
  // So slow that it does not end by itself meanwhile.
  await choose(page, 'size', '40000000');
  await choose(page, 'rate', '100000');
  await press(page, 'Start');
  await until(page, '#map rect.stored');
  await press(page, 'Show the trace');
  await until(page, '#trace-text');
  await assertNothingFound(page, 'in the middle of it');
  await press(page, 'Cancel: A file of the lab');
  await page.close();
});
