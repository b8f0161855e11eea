/** The driver itself, in the engine under test: no polyfill takes part. */

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { livingAmong } from './processes.mjs';

const kPage = '/pages/orders.html?polyfill=off';

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

test('run brings values back and errors with the stack of the page', async () => {
  const page = await browser.open(kPage);
  assert.deepEqual(await page.run(async (argument) => [argument, typeof window], { a: 1 }), [
    { a: 1 },
    'object',
  ]);
  await assert.rejects(
    page.run(() => {
      throw new RangeError('from the page');
    }),
    (error) => error instanceof Error && error.name === 'RangeError' &&
      error.message === 'from the page' && /in the page/.test(error.stack ?? ''),
  );
  await page.close();
});

test('a page that never answers is an error with a reason', async () => {
  const page = await browser.open(kPage);
  await assert.rejects(
    page.run(() => new Promise(() => {}), null, { timeoutMs: 200 }),
    /after 200 ms: the page did not finish/,
  );
  await page.close();
});

test('pages navigate, stand side by side, and close', async () => {
  const first = await browser.open(kPage);
  const second = await browser.open(kPage);
  await first.navigate(`${kPage}&again=1`);
  assert.match(await first.run(() => location.search), /again=1/);
  assert.doesNotMatch(await second.run(() => location.search), /again=1/);
  assert.equal(await second.run(() => window.opener), null);
  await first.close();
  await second.run(() => 1);
  await second.close();
});

test('errors of a page are reported', async () => {
  const page = await browser.open(kPage);
  await page.run(() => {
    console.error('seen', new Error('inside'));
    void Promise.reject(new TypeError('nobody looks'));
  });
  const { details } = await server.reports.next(({ kind }) => kind === 'page-console', 5000);
  assert.match(details, /^seen Error: inside/);
  const rejection = await server.reports.next(({ kind }) => kind === 'page-rejection', 5000);
  assert.match(rejection.details, /nobody looks/);
  await page.close();
});

test('what a page has stored survives a kill', async () => {
  const writer = await browser.open(kPage);
  await writer.run(() => new Promise((resolve, reject) => {
    const opening = indexedDB.open('kept', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('values');
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('values', 'readwrite');
      transaction.objectStore('values').put('still here', 'key');
      transaction.oncomplete = () => resolve(null);
      transaction.onabort = () => reject(transaction.error);
    };
  }));
  const killed = browser.processes();
  assert.ok(killed.length > 1);
  await browser.restart();
  assert.deepEqual(livingAmong(killed), []);
  await assert.rejects(writer.run(() => 1, null, { timeoutMs: 300 }));

  const reader = await browser.open(kPage);
  const value = await reader.run(() => new Promise((resolve, reject) => {
    const opening = indexedDB.open('kept', 1);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const reading = opening.result.transaction('values').objectStore('values').get('key');
      reading.onsuccess = () => resolve(reading.result);
      reading.onerror = () => reject(reading.error);
    };
  }));
  assert.equal(value, 'still here');
  await reader.close();
});

test('close leaves no process, and keeps a profile that was given', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'given-profile-'));
  const other = await launch(engineUnderTest(), { server, profile: folder });
  const processes = other.processes();
  await other.close();
  assert.ok(processes.length > 1);
  assert.deepEqual(livingAmong(processes), []);
  assert.ok(existsSync(folder));
  await rm(folder, { recursive: true });
});
