/** The tray by keyboard alone: real keys, which only Chromium lets a test press. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB, openPage, startFetch, urlOf, waitForEnd } from './fetching.mjs';

const engine = engineUnderTest();
const skip = engine !== 'chromium' && 'no keys without a debugger or a driver';

/** More than there are places for the focus on the page. */
const kTabsMax = 20;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  if (skip) return;
  server = await startServer();
  browser = await launch(engine, { server, debugging: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('by keyboard alone: in, pause, resume, cancel, and on to the next', { skip }, async () => {
  const page = await openPage(browser);
  await page.run(() => {
    history.replaceState(null, '', `${location.href}&keys=here`);
  });
  /** @param {'Tab' | 'Enter' | ' '} key */
  const press = (key) => (
    /** @type {import('./debugging.mjs').Debugging} */ (browser.debugging).press('keys=here', key));
  /** @returns {Promise<string | null>} */
  const focused = () => page.run(() => {
    const { activeElement } = document.querySelector('background-fetch-tray')?.shadowRoot ?? {};
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? null;
  });
  const tabTo = async (/** @type {string} */ label) => {
    for (let tabs = 0; (await focused()) !== label; tabs += 1) {
      assert.ok(tabs < kTabsMax, `${label} cannot be reached, the focus is at ${await focused()}`);
      await press('Tab');
    }
  };
  const untilLabel = (/** @type {string} */ label) => page.run((label) => new Promise((resolve) => {
    const root = /** @type {ShadowRoot} */ (
      document.querySelector('background-fetch-tray')?.shadowRoot);
    const look = () => {
      if (!root.querySelector(`[aria-label="${label}"]`)) return;
      observer.disconnect();
      resolve(null);
    };
    const observer = new MutationObserver(look);
    observer.observe(root, { subtree: true, childList: true, attributes: true });
    look();
  }), label);

  await page.run(async () => {
    await import(String('/dist/tray.mjs'));
    document.body.append(document.createElement('background-fetch-tray'));
  });
  for (const name of ['first', 'second']) {
    const file = { name, size: 64 * kMiB, switches: `rate=${kMiB}` };
    await startFetch(page, name, [urlOf(server.origin, file)]);
    await untilLabel(`Pause: ${name}`);
  }
  await tabTo('first');
  await press('Tab');
  assert.equal(await focused(), 'Pause: first');
  await press(' ');
  await untilLabel('Resume: first');
  assert.equal(await focused(), 'Resume: first');
  await press('Enter');
  await untilLabel('Pause: first');
  await press('Tab');
  assert.equal(await focused(), 'Cancel: first');
  await press('Enter');
  assert.equal((await waitForEnd(server, 'first', 20_000)).kind, 'backgroundfetchabort');
  await tabTo('Cancel: second');
  await press(' ');
  assert.equal((await waitForEnd(server, 'second', 20_000)).kind, 'backgroundfetchabort');
  await page.close();
});
