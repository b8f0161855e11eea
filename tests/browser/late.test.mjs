/** Pages and workers that load our script late, twice, or in another release. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { makeQuestion } from '../../js/shared/messages.js';
import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kPage, kScope, openPage, registerWorker, startFetch, urlOf, waitForEnd,
} from './fetching.mjs';

const engine = engineUnderTest();

/**
 * Chromium calls the listeners of targets that are no nodes in the order in
 * which they were added; elsewhere capturing ones come first, as DOM says.
 */
const kIsOrderOfRegistration = engine === 'chromium';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engine, { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {import('./driver.mjs').Page} page */
function loadScript(page) {
  return page.run(async () => {
    Object.assign(self, { backgroundFetchPolyfill: { force: true } });
    const script = document.createElement('script');
    script.src = '/dist/background-fetch-polyfill.js';
    await new Promise((resolve, reject) => {
      Object.assign(script, { onload: resolve, onerror: reject });
      document.head.append(script);
    });
  });
}

test('our script loaded twice, in the page and in the worker, is loaded once', async () => {
  const page = await openPage(browser);
  await registerWorker(page, '/pages/sw.js?polyfill=twice', kScope);
  await page.run(() => {
    Object.assign(self, { first: BackgroundFetchManager });
  });
  await loadScript(page);
  assert.equal(await page.run(() => /** @type {any} */ (self).first === BackgroundFetchManager), true);
  const file = { name: 'twice', size: kMiB };
  await startFetch(page, 'twice', [urlOf(server.origin, file)]);
  assertSucceeded(server, await waitForEnd(server, 'twice'), [file]);
  await page.close();
});

test('of our messages a page sees none; a worker, in Chromium, where it listened first', async () => {
  const starter = await openPage(browser);
  await registerWorker(starter, '/pages/sw.js?late=on', kScope);
  const page = await browser.open(`${kPage}?polyfill=off`);
  await page.run(() => {
    const seen = { before: 0, after: 0 };
    Object.assign(self, { seen });
    navigator.serviceWorker.addEventListener('message', () => (seen.before += 1));
    navigator.serviceWorker.startMessages();
  });
  await loadScript(page);
  await page.run(async (scope) => {
    const { seen } = /** @type {any} */ (self);
    navigator.serviceWorker.addEventListener('message', () => (seen.after += 1));
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.getIds();
  }, kScope);
  const file = { name: 'listened', size: kMiB };
  await startFetch(starter, 'listened', [urlOf(server.origin, file)]);
  assertSucceeded(server, await waitForEnd(server, 'listened'), [file]);
  assert.deepEqual(await page.run(() => /** @type {any} */ (self).seen), { before: 0, after: 0 });
  await page.run(async (scope) => {
    (await navigator.serviceWorker.getRegistration(scope))?.active?.postMessage('the app');
  }, kScope);
  /** @param {string} when */
  const nextMessage = async (when) => {
    const report = await server.reports.next(({ kind }) => kind === `message-${when}`);
    return String(report.data);
  };
  assert.equal(await nextMessage('after'), '"the app"');
  assert.equal((await nextMessage('before')).includes('backgroundFetchPolyfill'), kIsOrderOfRegistration);
  await page.close();
  await starter.close();
});

test('a page without our script is told nothing', async () => {
  const starter = await openPage(browser);
  const page = await browser.open(`${kPage}?polyfill=off`);
  await page.run(() => {
    const seen = { any: 0 };
    Object.assign(self, { seen });
    navigator.serviceWorker.addEventListener('message', () => (seen.any += 1));
    navigator.serviceWorker.startMessages();
  });
  const file = { name: 'untold', size: kMiB };
  await startFetch(starter, 'untold', [urlOf(server.origin, file)]);
  assertSucceeded(server, await waitForEnd(server, 'untold'), [file]);
  assert.deepEqual(await page.run(() => /** @type {any} */ (self).seen), { any: 0 });
  await page.close();
  await starter.close();
});

test('a frame fetches like a page', async () => {
  const page = await openPage(browser);
  const file = { name: 'framed', size: kMiB };
  await page.run(async ({ scope, url }) => {
    const frame = document.createElement('iframe');
    frame.src = '/pages/orders-frame.html';
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    const inner = /** @type {any} */ (frame.contentWindow);
    inner.backgroundFetchPolyfill = { force: true };
    const script = inner.document.createElement('script');
    script.src = '/dist/background-fetch-polyfill.js';
    await new Promise((resolve, reject) => {
      Object.assign(script, { onload: resolve, onerror: reject });
      inner.document.head.append(script);
    });
    const registration = await inner.navigator.serviceWorker.getRegistration(scope);
    await registration.backgroundFetch.fetch('framed', url);
  }, { scope: kScope, url: urlOf(server.origin, file) });
  assertSucceeded(server, await waitForEnd(server, 'framed'), [file]);
  await page.close();
});

test('a worker that gets our script later is refused before and works then', async () => {
  const page = await openPage(browser);
  const scope = '/pages/later/';
  await registerWorker(page, '/pages/sw.js?polyfill=off', scope);
  /** @param {string} id @param {string} url */
  const fetchThrough = (id, url) => page.run(async ({ scope, id, url }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.fetch(id, url);
  }, { scope, id, url });
  const file = { name: 'later', size: kMiB };
  await assert.rejects(fetchThrough('later', urlOf(server.origin, file)), /does not run/);
  await registerWorker(page, '/pages/sw.js', scope);
  await fetchThrough('later', urlOf(server.origin, file));
  assertSucceeded(server, await waitForEnd(server, 'later'), [file]);
  await page.close();
});

test('a worker of another release is refused, and a page of another one is answered', async () => {
  const page = await openPage(browser);
  const scope = '/pages/other-version/';
  await registerWorker(page, '/pages/other-version.js', scope);
  await assert.rejects(page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.getIds();
  }, scope), /this version/);

  const hello = makeQuestion('hello', {});
  hello.backgroundFetchPolyfill.version += 1;
  const answer = await page.run(async ({ scope, hello }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const { port1, port2 } = new MessageChannel();
    registration?.active?.postMessage(hello, [port2]);
    return new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  }, { scope: kScope, hello });
  assert.equal(answer.value.version, makeQuestion('hello', {}).backgroundFetchPolyfill.version);
  await page.close();
});

test('a page whose worker gives way to another release says so once, and is refused', async () => {
  const page = await openPage(browser);
  const scope = '/pages/taken-over/';
  await registerWorker(page, '/pages/sw.js', scope);
  const files = ['taken-over', 'not-begun'].map((name) => (
    { name, size: 8 * kMiB, switches: `rate=${2 * kMiB}` }));
  server.setSwitches('not-begun', 'delay=3600000');
  await page.run(async ({ scope, urls }) => {
    /** @type {string[]} */
    const warnings = [];
    console.warn = (...values) => {
      warnings.push(values.join(' '));
      dispatchEvent(new Event('warned'));
    };
    const warned = new Promise((resolve) => addEventListener('warned', resolve, { once: true }));
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await registration?.backgroundFetch.fetch('taken-over', urls);
    const [, unbegun] = await fetching?.matchAll() ?? [];
    const unanswered = unbegun.responseReady;
    Object.assign(self, { fetching, unanswered, warned, warnings });
    await new Promise((resolve) => {
      fetching?.addEventListener('progress', resolve, { once: true });
    });
  }, { scope, urls: files.map((file) => urlOf(server.origin, file)) });
  await registerWorker(page, '/pages/other-version.js', scope);
  await page.run(() => /** @type {any} */ (self).warned);
  await assert.rejects(page.run(() => /** @type {any} */ (self).unanswered), /this version/);
  await assert.rejects(page.run(() => /** @type {any} */ (self).fetching.abort()), /this version/);
  const warnings = await page.run(() => /** @type {any} */ (self).warnings);
  assert.match(warnings.join(), /^[^,]* does not run this version [^,]*$/);

  // The app that takes our release back finds its fetch again.
  server.setSwitches('not-begun', '');
  await registerWorker(page, '/pages/sw.js?back', scope);
  const result = await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const { fetching } = /** @type {any} */ (self);
    if (await registration?.backgroundFetch.get('taken-over') !== fetching) return 'another';
    while (fetching.result === '') {
      await new Promise((resolve) => fetching.addEventListener('progress', resolve, { once: true }));
    }
    return fetching.result;
  }, scope);
  assert.equal(result, 'success');
  assertSucceeded(server, await waitForEnd(server, 'taken-over'), files);
  await page.close();
});
