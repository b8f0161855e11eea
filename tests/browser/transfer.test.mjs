/** transfer() moves records into a Cache, and a worker that dies midway loses none. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { sha256Of, startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB, kPage, urlOf } from './fetching.mjs';
import { registerScript, reportOf } from './scripted-worker.mjs';

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

const kPatienceMs = 120_000;

/**
 * Moves everything, then tells what the Cache has and what the records say. The
 * first time, a put that comes after three others never ends.
 *
 * @param {import('./scripted-worker.mjs').Reporter} report
 */
function script(report) {
  const worker = /** @type {any} */ (globalThis);
  worker.importScripts('/dist/background-fetch-polyfill.transfer.js');
  const { transfer } = worker;

  /** @param {Response} response */
  async function hashOf(response) {
    const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** @param {any} registration */
  async function states(registration) {
    const records = await registration.matchAll();
    return Promise.all(records.map((/** @type {any} */ record) =>
      record.responseReady.then(() => 'there', (/** @type {Error} */ error) => error.name)));
  }

  /** @param {any} event */
  async function move({ registration }) {
    const cache = await caches.open(registration.id);
    const before = (await cache.keys()).length;
    const told = await states(registration);
    let puts = 0;
    const stuck = {
      put: async (/** @type {Request} */ request, /** @type {Response} */ response) => {
        if (registration.id === 'stuck' && before === 0 && puts === 3) {
          // The records before it are released when their answers have come.
          while ((await states(registration)).filter((name) => name !== 'there').length < 3);
          await report({ kind: 'stuck' });
          await new Promise(() => {});
        }
        puts += 1;
        await cache.put(request, response);
      },
    };
    await transfer(registration, stuck);
    const keys = await cache.keys();
    const entries = [];
    for (const { url } of keys) {
      const response = await cache.match(url);
      if (response) entries.push([url, await hashOf(response)]);
    }
    await report({
      kind: 'moved', told, puts, entries, after: await states(registration),
      downloaded: registration.downloaded,
    });
  }
  addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
    event.waitUntil(move(event).catch((error) => report({ kind: 'moved', error: String(error) })));
  });
}

/** @param {string} name */
function filesOf(name) {
  return [300_000, 10, 2 * kMiB, 0, 5 * kMiB, 70_000].map((size, index) => ({
    name: `${name}-${index}`, size,
  }));
}

/** @param {string} name  Of the worker and the fetch. */
async function start(name) {
  const page = await browser.open(kPage);
  const scope = await registerScript(page, name, script);
  const urls = filesOf(name).map((file) => urlOf(server.origin, file));
  await page.run(async ({ scope, id, urls }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.fetch(id, urls);
  }, { scope, id: name, urls });
}

/** @param {string} name @param {any} report */
function assertMoved(name, report) {
  const files = filesOf(name);
  assert.equal(report.error, undefined);
  const expected = files.map((file) =>
    [urlOf(server.origin, file), sha256Of(file.name, file.size)]);
  assert.deepEqual(report.entries.sort(), expected.sort());
  assert.deepEqual(report.after, files.map(() => 'InvalidStateError'));
  assert.equal(report.downloaded, files.reduce((sum, { size }) => sum + size, 0));
}

test('every record is in the Cache, and gone where it was', async () => {
  await start('whole');
  const report = /** @type {any} */ (await reportOf(server, 'whole', 'moved', kPatienceMs));
  assertMoved('whole', report);
  assert.deepEqual(report.told, filesOf('whole').map(() => 'there'));
});

test('a browser killed midway delivers again, says what has gone, and moves the rest', async () => {
  await start('stuck');
  await reportOf(server, 'stuck', 'stuck', kPatienceMs);
  await browser.kill();
  await browser.start();
  const page = await browser.open(kPage);
  await page.run(async ({ scope }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.getIds();
  }, { scope: '/pages/stuck/' });
  const report = /** @type {any} */ (await reportOf(server, 'stuck', 'moved', kPatienceMs));
  assertMoved('stuck', report);
  assert.deepEqual(report.told,
    [...Array(3).fill('InvalidStateError'), ...Array(3).fill('there')]);
  assert.equal(report.puts, 3);
});
