/** The demo's start page: downloads of all the others, also without a network. */

import { after, before, test } from 'node:test';

import { openDemo, press, startDemoServer, until, untilInTray, untilReady } from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB } from './fetching.mjs';

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

test('the start page: it shows and cancels what another page began, and opens offline', async () => {
  server.setSwitches('low-tide.wav', `rate=${kMiB / 64}`);
  const player = await openDemo(browser, '/player/');
  const page = await openDemo(browser, '/');
  await press(player, 'Add to queue: Low tide');
  await untilInTray(page, 'Low tide', 'percent >= 1');
  await press(page, 'Cancel: Low tide');
  await untilInTray(page, 'Low tide', 'row === null');
  await until(player, '[data-id=low-tide][data-state=absent]');
  await player.close();

  await server.goOffline();
  try {
    await page.navigate('/?polyfill=off&offline');
    await untilReady(page);
    await until(page, '#connection');
    await until(page, '#capabilities dt');
  } finally {
    await server.goOnline();
  }
  await page.close();
});
