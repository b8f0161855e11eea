/** The demo's pages by keyboard alone: real keys, which only Chromium lets a test press. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { choose, openDemo, startDemoServer, until, untilInTray } from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB } from './fetching.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

const engine = engineUnderTest();
const skip = engine !== 'chromium' && 'no keys without a debugger or a driver';

/** More than there are places for the focus on any page. */
const kTabsMax = 200;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  if (skip) return;
  server = await startDemoServer();
  browser = await launch(engine, { server, debugging: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * @param {string} folder
 * @returns {Promise<Page>} The page, with an address that nothing else has a part of.
 */
async function openForKeys(folder) {
  const page = await openDemo(browser, folder);
  await page.run((name) => {
    history.replaceState(null, '', `${location.href}&keys=${name}`);
  }, nameOf(folder));
  return page;
}

/** @param {string} folder */
function nameOf(folder) {
  return folder.replaceAll('/', '') || 'start';
}

/** @param {string} folder @param {'Tab' | 'Enter' | ' '} key */
function pressKey(folder, key) {
  const debugging = /** @type {import('./debugging.mjs').Debugging} */ (browser.debugging);
  return debugging.press(`keys=${nameOf(folder)}`, key);
}

/** @param {Page} page @param {string} folder @param {string} label */
async function tabTo(page, folder, label) {
  const focused = () => page.run(() => {
    const { activeElement } = document;
    const inner = activeElement?.shadowRoot?.activeElement ?? activeElement;
    return inner?.getAttribute('aria-label') ?? inner?.textContent?.trim() ?? '';
  });
  let at = await focused();
  for (let tabs = 0; at !== label; tabs += 1) {
    assert.ok(tabs < kTabsMax, `${label} cannot be reached, the focus is at ${at}`);
    await pressKey(folder, 'Tab');
    at = await focused();
  }
}

/** @param {Page} page @param {string} folder @param {string} label */
async function activate(page, folder, label) {
  await tabTo(page, folder, label);
  await pressKey(folder, 'Enter');
}

test('the start page: the keyboard alone leads to every page', { skip }, async () => {
  const page = await openForKeys('/');
  for (const label of ['A podcast player', 'A course', 'A lab']) await tabTo(page, '/', label);
  await page.close();
});

test('the player: the keyboard alone downloads, pauses, plays, queues and cancels', { skip }, async () => {
  server.setSwitches('attic-rain.wav', `rate=${kMiB / 64}`);
  const page = await openForKeys('/player/');
  await activate(page, '/player/', 'Play: Attic rain');
  await untilInTray(page, 'Attic rain', 'row !== null');
  await tabTo(page, '/player/', 'Position');
  await activate(page, '/player/', 'Ahead 15 s');
  await activate(page, '/player/', 'Add to queue: Attic rain');
  await activate(page, '/player/', 'Remove from queue: Attic rain');
  await activate(page, '/player/', 'Pause: Attic rain');
  await untilInTray(page, 'Attic rain', '/paused/.test(row)');
  await activate(page, '/player/', 'Resume: Attic rain');
  await untilInTray(page, 'Attic rain', '/active/.test(row)');
  await activate(page, '/player/', 'Cancel: Attic rain');
  await until(page, '[data-id=attic-rain][data-state=absent]');
  await page.close();
});

test('the course: the keyboard alone downloads, listens and removes', { skip }, async () => {
  for (let number = 1; number <= 10; number += 1) server.setSwitches(`lesson-${number}.wav`, 'rate=1e8');
  const page = await openForKeys('/course/');
  await activate(page, '/course/', 'Download the course, 12.0 MB');
  await until(page, '.lesson[data-number="10"][data-state=kept]');
  await activate(page, '/course/', 'Listen: Two letters');
  await until(page, '#now-time', 'of 2:30');
  await activate(page, '/course/', 'Remove from this device');
  await until(page, '.lesson[data-number="10"][data-state=absent]');
  await page.close();
});

test('the lab: the keyboard alone sets faults, starts and cancels', { skip }, async () => {
  const page = await openForKeys('/lab/');
  // So slow that it does not end by itself meanwhile.
  await choose(page, 'size', '40000000');
  await choose(page, 'rate', '100000');
  // A checkbox is named by its label.
  const box = await page.run(() => document.querySelector('.fault label')?.textContent ?? '');
  await tabTo(page, '/lab/', `Value of ${box}`);
  await activate(page, '/lab/', 'Start');
  await untilInTray(page, 'A file of the lab', 'percent >= 0');
  await activate(page, '/lab/', 'Drop the connections');
  await activate(page, '/lab/', 'Show the trace');
  await until(page, '#trace-text');
  await activate(page, '/lab/', 'Cancel: A file of the lab');
  await untilInTray(page, 'A file of the lab', 'row === null');
  await page.close();
});
