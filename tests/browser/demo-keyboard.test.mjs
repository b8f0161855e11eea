/** The demo's pages by keyboard alone. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openDemo, startDemoServer, until, untilInTray } from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB } from './fetching.mjs';
import { Keys } from './keys.mjs';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startDemoServer();
  browser = await launch(engineUnderTest(), { server, onScreen: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('the start page: the keyboard alone leads to every page', async () => {
  const page = await openDemo(browser, '/');
  const keys = await Keys.of(browser, page);
  await keys.assertAllReached();
  await page.run(() => {
    Object.assign(self, { followed: [] });
    addEventListener('click', (event) => {
      // The page would be gone before its answer.
      event.preventDefault();
      const { pathname } = /** @type {HTMLAnchorElement} */ (event.target);
      /** @type {any} */ (self).followed.push(pathname);
    });
  });
  for (const label of ['A podcast player', 'A course', 'A lab']) await keys.activate(label);
  assert.deepEqual(await page.run(() => /** @type {any} */ (self).followed),
    ['/player/', '/course/', '/lab/']);
  await page.close();
});

test('the player: the keyboard alone downloads, pauses, plays, queues and cancels', async () => {
  server.setSwitches('attic-rain.wav', `rate=${kMiB / 64}`);
  server.setSwitches('low-tide.wav', `rate=${16 * kMiB}`);
  const page = await openDemo(browser, '/player/');
  const keys = await Keys.of(browser, page);
  await keys.activate('Play: Attic rain');
  await untilInTray(page, 'Attic rain', 'row !== null');
  await until(page, '#now-toggle[data-state=playing]');
  await keys.activate('Add to queue: Attic rain');
  await keys.assertAllReached();
  await until(page, '#now-time', 'of 10:00');
  await keys.activate('Pause');
  await until(page, '#now-toggle[data-state=paused]');
  await keys.activate('Ahead 15 s');
  await until(page, '#now-time', '^0:(1[5-9]|[2-5])');
  await keys.activate('Back 15 s');
  await until(page, '#now-time', '^0:(0|1[0-4])');
  await keys.tabTo('Position');
  const seconds = await page.run(() => (
    Number(/** @type {HTMLInputElement} */ (document.querySelector('#now-position')).value)));
  await keys.press('ArrowRight');
  await until(page, '#now-time', `^0:${String(seconds + 1).padStart(2, '0')} of`);
  await keys.activate('Remove from queue: Attic rain');
  await until(page, '#no-queue');
  await keys.activate('Pause: Attic rain');
  await untilInTray(page, 'Attic rain', '/paused/.test(row)');
  await keys.activate('Resume: Attic rain');
  await untilInTray(page, 'Attic rain', '/active/.test(row)');
  await keys.activate('Cancel: Attic rain');
  await until(page, '[data-id=attic-rain][data-state=absent]');
  await keys.activate('Add to queue: Low tide');
  await until(page, '[data-id=low-tide][data-state=kept]');
  await keys.activate('Remove download: Low tide');
  await until(page, '[data-id=low-tide][data-state=absent]');
  await page.close();
});

test('the course: the keyboard alone loses, downloads, listens and removes', async () => {
  for (let number = 1; number <= 10; number += 1) {
    server.setSwitches(`lesson-${number}.${number === 3 ? 'webm' : 'wav'}`, 'rate=1e8');
  }
  const page = await openDemo(browser, '/course/');
  const keys = await Keys.of(browser, page);
  await keys.tabTo('Let the server lose lesson 7 this time');
  await keys.press(' ');
  await keys.activate('Download the course, 12.5\u00a0MB');
  await until(page, '.lesson[data-number="7"][data-state=failed]');
  await until(page, '.lesson[data-number="10"][data-state=kept]');
  await keys.tabTo('Let the server lose lesson 7 this time');
  await keys.press(' ');
  await keys.activate('Download what is missing: 1 lesson');
  await until(page, '.lesson[data-number="7"][data-state=kept]');
  await keys.activate('Listen: Two letters');
  await until(page, '#now-time', 'of 2:30');
  await keys.activate('Watch: The letters of SOS');
  await until(page, '#now-title', 'The letters of SOS');
  await until(page, '#now-toggle[data-state=playing]');
  await keys.tabTo('Show the letters');
  await keys.press(' ');
  await until(page, '#captions:not(:checked)');
  await keys.assertAllReached();
  await keys.activate('Remove from this device');
  await until(page, '.lesson[data-number="10"][data-state=absent]');
  await page.close();
});

test('the lab: the keyboard alone sets faults, starts, disturbs and cancels', async () => {
  const page = await openDemo(browser, '/lab/');
  const keys = await Keys.of(browser, page);
  await keys.assertAllReached();
  // So slow that it does not end by itself meanwhile.
  await keys.tabTo('Size');
  await keys.press('4');
  await until(page, '[name=size] option:checked', '^40 MB');
  await keys.tabTo('Each connection at');
  await keys.press('1');
  await until(page, '[name=rate] option:checked', '^100 kB');
  await keys.tabTo('delay');
  await keys.press(' ');
  await until(page, '[name=delay]:checked');
  await keys.activate('Start');
  await untilInTray(page, 'A file of the lab', 'percent >= 0');
  await keys.activate('Drop the connections');
  await keys.activate('Show the trace');
  await until(page, '#trace-text');
  await keys.activate('Cancel: A file of the lab');
  await untilInTray(page, 'A file of the lab', 'row === null');
  await page.close();
});
