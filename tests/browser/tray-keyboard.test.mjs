/** The tray by keyboard alone. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { assertSucceeded, kMiB, openPage, startFetch, urlOf, waitForEnd } from './fetching.mjs';
import { Keys } from './keys.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server, onScreen: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {Page} page @param {string} label  of a button that can be seen */
function untilLabel(page, label) {
  return page.run((label) => new Promise((resolve) => {
    const root = /** @type {ShadowRoot} */ (
      document.querySelector('background-fetch-tray')?.shadowRoot);
    const look = () => {
      const button = root.querySelector(`[aria-label="${label}"]:not([hidden])`);
      if (!button) return;
      observer.disconnect();
      resolve(null);
    };
    const observer = new MutationObserver(look);
    observer.observe(root, { subtree: true, childList: true, attributes: true });
    look();
  }), label);
}

test('by keyboard alone: click, pause, resume, cancel, on to the next, again, away', async () => {
  const page = await openPage(browser);
  await page.run(async () => {
    await import(String('/dist/tray.mjs'));
    document.body.append(document.createElement('background-fetch-tray'));
  });
  for (const name of ['first', 'second']) {
    const file = { name, size: 64 * kMiB, switches: `rate=${kMiB}` };
    await startFetch(page, name, [urlOf(server.origin, file)]);
    await untilLabel(page, `Pause: ${name}`);
  }
  const keys = await Keys.of(browser, page);
  await keys.assertAllReached();

  await keys.tabTo('Pause: first');
  await keys.press(' ');
  await untilLabel(page, 'Resume: first');
  assert.equal(await keys.focused(), 'Resume: first');
  await keys.press('Enter');
  await untilLabel(page, 'Pause: first');
  await keys.press('Tab');
  assert.equal(await keys.focused(), 'Cancel: first');
  await keys.press('Enter');
  assert.equal((await waitForEnd(server, 'first', 20_000)).kind, 'backgroundfetchabort');
  await keys.tabTo('Cancel: second');
  await keys.press(' ');
  assert.equal((await waitForEnd(server, 'second', 20_000)).kind, 'backgroundfetchabort');

  const file = { name: 'third', size: 1_000, switches: 'status=404:1' };
  await startFetch(page, 'third', [urlOf(server.origin, file)]);
  await untilLabel(page, 'Try again: third');
  assert.equal((await waitForEnd(server, 'third', 60_000)).kind, 'backgroundfetchfail');
  await keys.assertAllReached();
  await keys.activate('Try again: third');
  assertSucceeded(server, await waitForEnd(server, 'third', 60_000), [file]);
  const clicked = page.run(() => new Promise((resolve) => {
    document.querySelector('background-fetch-tray')?.addEventListener('backgroundfetchclick', (
      /** @type {any} */ event) => {
      event.preventDefault();
      resolve(event.detail.registration.id);
    });
  }));
  await keys.activate('third');
  assert.equal(await clicked, 'third');
  await keys.activate('Remove from list: third');
  assert.equal(await keys.focused(), 'tray');
  await page.close();
});
