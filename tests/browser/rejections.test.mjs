/** Where no worker can carry a fetch out, fetch() says so and never hangs. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kPage } from './fetching.mjs';

/** The answer of a worker without our script is waited for this long, and not much longer. */
const kHelloTimeoutMs = 5_000;
const kSlackMs = 1_500;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {import('./driver.mjs').Page} */
let page;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
  page = await browser.open(kPage);
  assert.equal(await page.run(() => BackgroundFetchManager.polyfill), true);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * @param {string} script
 * @param {boolean} waitUntilActive
 */
function fetchThrough(script, waitUntilActive) {
  return page.run(async ({ script, waitUntilActive }) => {
    const scope = `/pages/${script.replace(/\W/g, '-')}/`;
    const registration = await navigator.serviceWorker.register(script, { scope });
    const worker = registration.installing;
    if (waitUntilActive && worker) {
      await new Promise((resolve) => {
        worker.onstatechange = () => worker.state === 'activated' && resolve(null);
      });
    }
    const startedAt = performance.now();
    try {
      await registration.backgroundFetch.fetch('refused', '/bytes/refused');
      return { name: 'resolved', tookMs: 0 };
    } catch (error) {
      const { name } = /** @type {Error} */ (error);
      return { name, tookMs: performance.now() - startedAt };
    }
  }, { script, waitUntilActive });
}

test('a worker without our script rejects TypeError within 5 s', async () => {
  const { name, tookMs } = await fetchThrough('/pages/sw.js?polyfill=off', true);
  assert.equal(name, 'TypeError');
  assert.ok(tookMs < kHelloTimeoutMs + kSlackMs, `took ${tookMs} ms`);
});

test('no active worker rejects TypeError at once', async () => {
  const { name, tookMs } = await fetchThrough('/pages/sw.js?install=never', false);
  assert.equal(name, 'TypeError');
  assert.ok(tookMs < kHelloTimeoutMs, `took ${tookMs} ms`);
});
