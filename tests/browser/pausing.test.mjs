/** pause() holds, whatever happens, until resume() goes on with what is stored. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { plainRequests } from '../server/range-accounts.mjs';
import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kPage, kScope, openPage, startFetch, untilDownloaded, updateWorker,
  urlOf, waitForEnd,
} from './fetching.mjs';

/**
 * @typedef {import('./driver.mjs').Page} Page
 * @typedef {import('./fetching.mjs').GeneratedFile} GeneratedFile
 */

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

/**
 * The drop-in script has installed; the functions are those of the module.
 *
 * @param {Page} page
 * @param {string} id  of an active fetch
 * @param {'pause' | 'resume' | 'isPaused'} name
 * @returns {Promise<boolean[]>} What the function returned, and isPaused() after it.
 */
function call(page, id, name) {
  return page.run(async ({ scope, id, name }) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await worker?.backgroundFetch.get(id);
    if (!fetching) throw new Error(`${id} is not active`);
    const extras = await import(String('/dist/page.mjs'));
    return [await extras[name](fetching), extras.isPaused(fetching)];
  }, { scope: kScope, id, name });
}

/**
 * That nothing happens shows only while something else does: another download
 * of some seconds, from its beginning to its end.
 *
 * @param {Page} page
 * @param {string} name  of the file of the paused fetch
 * @param {string} other  id of the other one
 */
async function assertHeld(page, name, other) {
  await server.log.until(name, (all) => all.every(({ endedAt }) => endedAt !== null), 20_000);
  const requests = server.log.for(name).length;
  const written = server.log.bytesWritten(name);
  const file = { name: other, size: 3 * kMiB, switches: `rate=${kMiB}` };
  await startFetch(page, other, [urlOf(server.origin, file)]);
  assertSucceeded(server, await waitForEnd(server, other, 60_000), [file]);
  assert.equal(server.log.for(name).length, requests);
  assert.equal(server.log.bytesWritten(name), written);
}

/**
 * @param {Page} page
 * @param {string} name  of the fetch and its file
 * @returns {Promise<GeneratedFile>}
 */
async function startAndPause(page, name) {
  const file = { name, size: 16 * kMiB, switches: `rate=${2 * kMiB}` };
  await startFetch(page, name, [urlOf(server.origin, file)]);
  await untilDownloaded(page, name, 3 * kMiB);
  assert.deepEqual(await call(page, name, 'pause'), [true, true]);
  return file;
}

/** @param {Page} page @param {GeneratedFile} file */
async function resumeToTheEnd(page, file) {
  server.setSwitches(file.name, `rate=${16 * kMiB}`);
  assert.deepEqual(await call(page, file.name, 'resume'), [true, false]);
  assertSucceeded(server, await waitForEnd(server, file.name, 60_000), [file]);
  assert.equal(plainRequests(server.log.for(file.name)).length, 1);
}

test('while paused nothing is asked for; resumed, it goes on where it was', async () => {
  const page = await openPage(browser);
  const file = await startAndPause(page, 'held');
  assert.deepEqual(await call(page, 'held', 'pause'), [true, true]);
  await assertHeld(page, 'held', 'beside-held');
  await resumeToTheEnd(page, file);
  await page.close();
});

test('a pause outlives the browser', async () => {
  await startAndPause(await openPage(browser), 'killed-while-paused');
  await browser.restart();
  const page = await openPage(browser);
  assert.deepEqual(await call(page, 'killed-while-paused', 'isPaused'), [true, true]);
  await assertHeld(page, 'killed-while-paused', 'beside-killed');
  await resumeToTheEnd(page, { name: 'killed-while-paused', size: 16 * kMiB,
    switches: `rate=${2 * kMiB}` });
  await page.close();
});

test('a pause outlives the worker, and a new version goes on when it is told to', async () => {
  const page = await openPage(browser);
  const file = await startAndPause(page, 'updated-while-paused');
  await updateWorker(page, '/pages/sw.js?version=pausing', 'activated');
  assert.deepEqual(await call(page, file.name, 'isPaused'), [true, true]);
  await assertHeld(page, file.name, 'beside-updated');
  await resumeToTheEnd(page, file);
  await page.close();
});

test('another page hears it by events, and may resume', async () => {
  const page = await openPage(browser);
  const file = { name: 'seen', size: 16 * kMiB, switches: `rate=${2 * kMiB}` };
  await startFetch(page, 'seen', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'seen', kMiB);
  const other = await browser.open(kPage);
  await other.run(async (scope) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await worker?.backgroundFetch.get('seen');
    const { isPaused } = await import(String('/dist/page.mjs'));
    /** @param {string} type */
    const next = (type) => new Promise((resolve) => {
      fetching?.addEventListener(type, () => resolve([type, isPaused(fetching)]), { once: true });
    });
    Object.assign(self, { heard: { pause: next('pause'), resume: next('resume') } });
  }, kScope);
  assert.deepEqual(await call(page, 'seen', 'pause'), [true, true]);
  assert.deepEqual(await other.run(() => /** @type {any} */ (self).heard.pause), ['pause', true]);
  assert.deepEqual(await call(other, 'seen', 'resume'), [true, false]);
  assert.deepEqual(await other.run(() => /** @type {any} */ (self).heard.resume),
    ['resume', false]);
  assertSucceeded(server, await waitForEnd(server, 'seen', 60_000), [file]);
  await other.close();
  await page.close();
});

test('what has settled cannot be paused, and an abort ends a pause', async () => {
  const page = await openPage(browser);
  await startAndPause(page, 'aborted-while-paused');
  const seen = await page.run(async (scope) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await worker?.backgroundFetch.get('aborted-while-paused');
    const { isPaused, pause, resume } = await import(String('/dist/page.mjs'));
    const aborted = await fetching?.abort();
    return [aborted, await pause(fetching), await resume(fetching), isPaused(fetching)];
  }, kScope);
  assert.deepEqual(seen, [true, false, false, false]);
  await waitForEnd(server, 'aborted-while-paused', 20_000);
  await page.close();
});
