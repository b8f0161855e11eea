/**
 * Who may start a background fetch, and who sees it: several registrations on
 * one origin, clients that no worker controls, frames, dedicated workers.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kPage, kScope, openPage, startFetch, urlOf } from './fetching.mjs';

const kInnerScope = '/pages/download/';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {import('./driver.mjs').Page} */
let page;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
  page = await openPage(browser);
  await register(page, kInnerScope);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {import('./driver.mjs').Page} page @param {string} scope */
function register(page, scope) {
  return page.run(async (scope) => {
    const registration = await navigator.serviceWorker.register('/pages/sw.js', { scope });
    const worker = registration.installing ?? registration.active;
    while (worker && worker.state !== 'activated') {
      await new Promise((resolve) => {
        worker.addEventListener('statechange', resolve, { once: true });
      });
    }
  }, scope);
}

/**
 * @param {string} id
 * @param {string} scope  Where the event is to be.
 * @param {string} [origin]
 */
async function waitForEndIn(id, scope, origin = server.origin) {
  const report = await server.reports.next(
    (candidate) => candidate.kind === 'backgroundfetchsuccess' && candidate.id === id &&
      candidate.scope === origin + scope,
    30_000,
  );
  assert.equal(report.polyfill, true);
  return report;
}

test('registrations do not see one another, also with the same id', async () => {
  const outer = urlOf(server.origin, { name: 'outer', size: 1000, switches: 'delay=1500' });
  const inner = urlOf(server.origin, { name: 'inner', size: 2000, switches: 'delay=1500' });
  const seen = await page.run(async ({ scopes, urls }) => {
    const registrations = await Promise.all(
      scopes.map((scope) => navigator.serviceWorker.getRegistration(scope)),
    );
    const [first, second] = registrations.map((registration) => {
      if (!registration) throw new Error('the registration has gone');
      return registration.backgroundFetch;
    });
    await first.fetch('same', urls[0]);
    const before = { ids: await second.getIds(), found: (await second.get('same')) !== undefined };
    await second.fetch('same', urls[1]);
    const [one, two] = [await first.get('same'), await second.get('same')];
    const ids = await second.getIds();
    return { areManagersOne: first === second, before, areOne: one === two, ids };
  }, { scopes: [kScope, kInnerScope], urls: [outer, inner] });
  assert.deepEqual(seen, {
    areManagersOne: false, before: { ids: [], found: false }, areOne: false, ids: ['same'],
  });
  const [outerEnd, innerEnd] = await Promise.all([
    waitForEndIn('same', kScope), waitForEndIn('same', kInnerScope),
  ]);
  assert.deepEqual(outerEnd.records.map((/** @type {any} */ { url }) => url), [outer]);
  assert.deepEqual(innerEnd.records.map((/** @type {any} */ { url }) => url), [inner]);
});

test('one registration removed, the others go on', async () => {
  const scope = '/pages/removed/';
  await register(page, scope);
  const switches = 'delay=1500';
  const stays = urlOf(server.origin, { name: 'stays', size: 1000, switches });
  const goes = urlOf(server.origin, { name: 'goes', size: 1_000_000, switches: 'rate=10000' });
  await page.run(async ({ scope, url }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.fetch('goes', url);
  }, { scope, url: goes });
  await startFetch(page, 'stays', [stays]);
  await page.run(async (scope) => {
    await (await navigator.serviceWorker.getRegistration(scope))?.unregister();
  }, scope);
  await waitForEndIn('stays', kScope);
});

test('a page that no worker controls starts a fetch and hears its end', async () => {
  // Another origin: on this one every page of the driver's is controlled.
  const origin = server.crossOrigin;
  const uncontrolled = await browser.open(origin + kPage);
  await register(uncontrolled, kInnerScope);
  const heard = await uncontrolled.run(async ({ scope, url }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    if (!registration) throw new Error('the registration has gone');
    const fetching = await registration.backgroundFetch.fetch('uncontrolled', url);
    while (/** @type {any} */ (fetching).result === '') {
      await new Promise((resolve) => {
        fetching.addEventListener('progress', resolve, { once: true });
      });
    }
    const isControlled = navigator.serviceWorker.controller !== null;
    return { isControlled, bytes: fetching.downloaded };
  }, { scope: kInnerScope, url: urlOf(origin, { name: 'uncontrolled', size: 3000 }) });
  assert.deepEqual(heard, { isControlled: false, bytes: 3000 });
  await waitForEndIn('uncontrolled', kInnerScope, origin);
  await uncontrolled.close();
});

test('a controlled frame starts a fetch, and its page finds it', async () => {
  const url = urlOf(server.origin, { name: 'framed', size: 4000, switches: 'delay=1500' });
  const seen = await page.run(async ({ scope, url }) => {
    const frame = document.createElement('iframe');
    frame.src = '/pages/frame.html';
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    const inner = /** @type {any} */ (frame.contentWindow);
    const { controller } = inner.navigator.serviceWorker;
    const { backgroundFetch } = await inner.navigator.serviceWorker.ready;
    // A Request of the frame's own realm.
    const framed = await backgroundFetch.fetch('framed', new inner.Request(url));
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const found = await registration?.backgroundFetch.get('framed');
    const seen = {
      isControlled: controller !== null,
      isOfItsRealm: framed instanceof inner.BackgroundFetchRegistration,
      isAnotherObject: found !== framed,
      id: found?.id,
    };
    // The frame goes, the fetch stays.
    frame.remove();
    return seen;
  }, { scope: kScope, url });
  assert.deepEqual(seen, {
    isControlled: true, isOfItsRealm: true, isAnotherObject: true, id: 'framed',
  });
  await waitForEndIn('framed', kScope);
});

test('a Request of another realm is taken as it is', async () => {
  const seen = await page.run(async ({ scope, url }) => {
    const frame = document.createElement('iframe');
    frame.src = '/pages/frame.html';
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    const { Request: OtherRequest } = /** @type {any} */ (frame.contentWindow);
    const request = new OtherRequest(url, { method: 'POST', body: 'from a frame' });
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await registration?.backgroundFetch.fetch('other-realm', request);
    frame.remove();
    return { isUsed: request.bodyUsed, uploadTotal: /** @type {any} */ (fetching).uploadTotal };
  }, { scope: kScope, url: `${server.origin}/echo/other-realm` });
  assert.deepEqual(seen, { isUsed: true, uploadTotal: 12 });
  await waitForEndIn('other-realm', kScope);
});

test('a dedicated worker starts a fetch where the platform gives it a registration', async () => {
  const seen = await page.run(async (message) => {
    const worker = new Worker('/pages/dedicated-worker.js');
    try {
      const answered = new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
      worker.postMessage(message);
      return await answered;
    } finally {
      worker.terminate();
    }
  }, { scope: kScope, id: 'worker', url: urlOf(server.origin, { name: 'worker', size: 5000 }) });
  if (engineUnderTest() === 'chromium') {
    assert.deepEqual(seen, { outcome: 'no registration' });
    return;
  }
  assert.deepEqual(seen, { outcome: 'success', downloaded: 5000 });
  await waitForEndIn('worker', kScope);
});
