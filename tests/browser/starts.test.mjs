/**
 * What was left unfinished goes on with whatever starts the worker, and with no
 * page of ours.
 */

import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kScope, openPage, registerWorker, startFetch, untilDownloaded, urlOf,
  waitForEnd,
} from './fetching.mjs';
import { cannotEndWorkers, endWorkers } from './worker-deaths.mjs';

/** @typedef {import('./debugging.mjs').Debugging} Debugging */

const engine = engineUnderTest();
const isChromium = engine === 'chromium';

const kSyncTag = 'background-fetch-polyfill';

/** A page of the site without our script. */
const kStranger = '/pages/orders.html?polyfill=off';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engine, { server, debugging: isChromium });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * The browser is killed in the middle of a download and started again.
 *
 * @param {string} name
 * @param {{worker?: string, withSync?: boolean}} [options]  the worker's script; whether
 *   the page may ask for Background Sync, with which Chromium goes on by itself
 */
async function leaveUnfinished(name, { worker = '/pages/sw.js', withSync = false } = {}) {
  const file = { name, size: 16 * kMiB, switches: `rate=${4 * kMiB}` };
  const page = await openPage(browser);
  await registerWorker(page, worker);
  if (!withSync) {
    await page.run(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
  }
  await startFetch(page, name, [urlOf(server.origin, file)]);
  await untilDownloaded(page, name, 4 * kMiB);
  await browser.restart();
  return file;
}

test('a message of the app\'s own', async () => {
  const file = await leaveUnfinished('message');
  const stranger = await browser.open(kStranger);
  await stranger.run(async (scope) => {
    (await navigator.serviceWorker.getRegistration(scope))?.active?.postMessage('hello');
  }, kScope);
  assertSucceeded(server, await waitForEnd(server, 'message'), [file]);
  await stranger.close();
});

test('a navigation that the app\'s fetch listener sees', async () => {
  const file = await leaveUnfinished('navigation', { worker: '/pages/sw.js?fetch=on' });
  const stranger = await browser.open(`${kStranger}&navigation`);
  await server.reports.next(({ kind, url }) => kind === 'fetch' && url.includes('&navigation'));
  assertSucceeded(server, await waitForEnd(server, 'navigation'), [file]);
  await stranger.close();
});

test('the activation of another version', async () => {
  const file = await leaveUnfinished('activation');
  const stranger = await browser.open(kStranger);
  await registerWorker(stranger, '/pages/sw.js?activation');
  await server.reports.next(({ script }) => script === '/pages/sw.js?activation');
  assertSucceeded(server, await waitForEnd(server, 'activation'), [file]);
  await stranger.close();
});

/**
 * Where only the debugging protocol can do it. In Firefox a push message would
 * have to come from a push service; WebKitGTK has none, and neither has periodic
 * sync.
 *
 * @param {string} name
 * @param {(debugging: Debugging, scope: string) => Promise<void>} start
 */
function testWithDebugging(name, start) {
  test(name, { skip: !isChromium && 'no other engine can be made to' }, async () => {
    const id = name.replaceAll(/\W+/g, '-');
    const file = await leaveUnfinished(id);
    await start(/** @type {Debugging} */ (browser.debugging), server.origin + kScope);
    assertSucceeded(server, await waitForEnd(server, id), [file]);
  });
}

testWithDebugging('a push message', (debugging, scope) => debugging.deliverPush(scope));

testWithDebugging('a periodic sync of ours', (debugging, scope) =>
  debugging.dispatchPeriodicSync(scope, kSyncTag));

testWithDebugging('a periodic sync of the app\'s', (debugging, scope) =>
  debugging.dispatchPeriodicSync(scope, 'news'));

test('a request of a page that outlived the worker', {
  skip: cannotEndWorkers(engine),
}, async () => {
  const file = { name: 'request', size: 16 * kMiB, switches: `rate=${4 * kMiB}` };
  const page = await openPage(browser);
  await registerWorker(page, '/pages/sw.js?fetch=on&request');
  await page.run(() => Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync'));
  const stranger = await browser.open(kStranger);
  await startFetch(page, 'request', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'request', 4 * kMiB);
  await page.close();
  await endWorkers(browser, server.origin + kScope);
  // One that the browser gives to the worker as it dies fails with it.
  await stranger.run(async () => {
    const isAnswered = () => fetch('/pages/back.html').then(({ ok }) => ok, () => false);
    while (!(await isAnswered()));
  });
  await server.reports.next(({ kind, mode, url }) =>
    kind === 'fetch' && mode === 'cors' && url.endsWith('/pages/back.html'));
  assertSucceeded(server, await waitForEnd(server, 'request'), [file]);
  await stranger.close();
});

test('Background Sync, with no page of the site at all', {
  skip: !isChromium && 'only Chromium has Background Sync',
}, async () => {
  const isOurSync = (/** @type {Record<string, any>} */ { kind, tag }) =>
    kind === 'sync-before' && tag === kSyncTag;
  const file = await leaveUnfinished('sync', { worker: '/pages/sw.js?late=on', withSync: true });
  // One before the kill, when it was asked for, and the browser's own after it.
  await server.reports.next(isOurSync);
  await server.reports.next(isOurSync);
  assertSucceeded(server, await waitForEnd(server, 'sync'), [file]);
});
