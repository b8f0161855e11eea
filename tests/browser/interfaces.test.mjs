/**
 * What scripts can find out about our interfaces by reflection: the same as
 * about the native ones, recorded in native-shape.json. Chromium has them, so
 * there the record itself is checked.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { registerRunner, runInWorker } from './running.mjs';

const native = JSON.parse(readFileSync(new URL('native-shape.json', import.meta.url), 'utf8'));

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {boolean} polyfill */
async function shapes(polyfill) {
  const page = await browser.open(`/pages/orders.html?polyfill=${polyfill ? 'on' : 'off'}`);
  // A scope of its own: no worker of another test's kind is there.
  const scope = `/pages/shape-${polyfill ? 'ours' : 'native'}/`;
  await registerRunner(page, { scope, polyfill });
  const inPage = await page.run(async () => {
    const script = document.createElement('script');
    script.src = '/pages/shape.js';
    document.head.append(script);
    await new Promise((resolve, reject) => {
      Object.assign(script, { onload: resolve, onerror: reject });
    });
    return /** @type {any} */ (self).describeShape();
  });
  const inWorker = await runInWorker(page, scope, () => /** @type {any} */ (self).describeShape());
  await page.close();
  return { page: inPage, worker: inWorker };
}

/**
 * The native shape, with what no script can have and what ours needs besides.
 *
 * @param {any} shape
 */
function withOurDifferences(shape) {
  const expected = structuredClone(shape);
  const { members, brandChecks } = expected.worker.BackgroundFetchEvent;
  // Natives inherit it, but the inherited one refuses events that are not trusted.
  const place = members.findIndex((/** @type {string[]} */ [key]) => key === 'constructor');
  const waitUntil = 'writable enumerable configurable: [object Function] waitUntil(1)';
  members.splice(place, 0, ['waitUntil', waitUntil]);
  brandChecks.push(['waitUntil', 'throws TypeError']);
  // What articles call, see js/service-worker/dialect.js.
  const updateUI = 'writable configurable: [object AsyncFunction] updateUI(1)';
  // The last name; a symbol follows.
  const ours = ['updateUI', `${updateUI}, other parent`];
  expected.worker.BackgroundFetchRegistration.members.splice(-1, 0, ours);
  return expected;
}

if (engineUnderTest() === 'chromium') {
  test('the recorded shape is that of the native interfaces', async () => {
    assert.deepEqual(await shapes(false), native);
  });
}

test('our interfaces have the shape of the native ones, in pages and workers', async () => {
  assert.deepEqual(await shapes(true), withOurDifferences(native));
});
