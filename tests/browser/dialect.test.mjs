/** What widely read articles write, and no specification says. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kPage, urlOf } from './fetching.mjs';
import { makeTrickle, registerScript, reportOf, startIn, untilOver } from './scripted-worker.mjs';

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
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('backgroundfetchfailure comes after backgroundfetchfail and shares its lifetime', async () => {
  const scope = await registerScript(page, 'failure', (report) => {
    /** @type {string[]} */
    const order = [];
    addEventListener('backgroundfetchfailure', (/** @type {any} */ event) => {
      order.push(event.type);
      event.waitUntil((async () => {
        await new Promise((resolve) => addEventListener('message', resolve, { once: true }));
        const records = await event.registration.matchAll();
        await report({ kind: 'order', order, records: records.length });
      })());
      report({ kind: 'began' });
    });
    addEventListener('backgroundfetchfail', (event) => order.push(event.type));
  });
  const file = { name: 'failure', size: 10, switches: 'status=404' };
  await startIn(page, scope, 'failure', [urlOf(server.origin, file)]);
  await reportOf(server, 'failure', 'began');
  const isHeld = await page.run(async (scope) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    worker?.active?.postMessage('go on');
    return /** @type {any} */ (self).kept.failure.fetching.recordsAvailable;
  }, scope);
  assert.equal(isHeld, true);
  const { order, records } = await reportOf(server, 'failure', 'order');
  assert.deepEqual(order, ['backgroundfetchfail', 'backgroundfetchfailure']);
  assert.equal(records, 1);
  await untilOver(page, 'failure');
});

test('backgroundfetchprogress comes to the worker, four times a second at most', async () => {
  const scope = await registerScript(page, 'worker-progress', (report) => {
    /** @type {{at: number, downloaded: number}[]} */
    const seen = [];
    addEventListener('backgroundfetchprogress', (/** @type {any} */ event) => {
      event.waitUntil(Promise.resolve());
      seen.push({ at: Date.now(), downloaded: event.registration.downloaded });
    });
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.waitUntil(report({ kind: 'seen', seen }));
    });
  });
  const urls = makeTrickle('worker-progress').map((file) => urlOf(server.origin, file));
  await startIn(page, scope, 'worker-progress', urls);
  /** @type {{seen: {at: number, downloaded: number}[]}} */
  const { seen } = /** @type {any} */ (await reportOf(server, 'worker-progress', 'seen'));
  assert.ok(seen.length >= 3, `${seen.length} events`);
  const tookMs = seen[seen.length - 1].at - seen[0].at;
  assert.ok(seen.length <= 2 + tookMs / 250, `${seen.length} events in ${tookMs} ms`);
  for (let index = 1; index < seen.length; index += 1) {
    assert.ok(seen[index].downloaded > seen[index - 1].downloaded);
  }
});

test('totalDownload is read as downloadTotal, with one warning', async () => {
  const scope = await registerScript(page, 'total', () => {});
  const file = { name: 'total', size: 5000, switches: 'delay=200' };
  const warnings = await page.run(() => {
    const { warn } = console;
    /** @type {string[]} */
    const warnings = [];
    console.warn = (...values) => {
      warnings.push(String(values[0]));
      warn.apply(console, values);
    };
    /** @type {any} */ (self).warnings = warnings;
    return warnings.length;
  });
  assert.equal(warnings, 0);
  await startIn(page, scope, 'total', [urlOf(server.origin, file)], { totalDownload: 5000 });
  await startIn(page, scope, 'total-2', [urlOf(server.origin, file)], { totalDownload: 4999 });
  const seen = await page.run(() => {
    const { kept, warnings } = /** @type {any} */ (self);
    return { total: kept.total.fetching.downloadTotal, warnings };
  });
  assert.equal(seen.total, 5000);
  assert.equal(seen.warnings.length, 1);
  assert.match(seen.warnings[0], /totalDownload/);
  assert.equal((await untilOver(page, 'total')).pop()?.result, 'success');
  assert.equal((await untilOver(page, 'total-2')).pop()?.failureReason, 'download-total-exceeded');
});

test("registration.updateUI() works like the event's", async () => {
  const scope = await registerScript(page, 'registration-ui', (report) => {
    const nameOf = (/** @type {Promise<unknown>} */ promise) =>
      promise.then((value) => `${value}`, (error) => error.name);
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.waitUntil((async () => {
        const names = [
          await nameOf(event.registration.updateUI({ title: 'Done' })),
          await nameOf(event.registration.updateUI({ title: 'Again' })),
          await nameOf(event.updateUI({ title: 'And again' })),
        ];
        await report({ kind: 'names', names });
      })());
    });
  });
  const url = urlOf(server.origin, { name: 'registration-ui', size: 10 });
  await startIn(page, scope, 'registration-ui', [url]);
  assert.deepEqual((await reportOf(server, 'registration-ui', 'names')).names,
    ['undefined', 'InvalidStateError', 'InvalidStateError']);
});

test('BackgroundFetchManager is in ServiceWorkerRegistration.prototype, in both realms', async () => {
  await registerScript(page, 'prototype', (report) => {
    report({ kind: 'in', is: 'BackgroundFetchManager' in ServiceWorkerRegistration.prototype });
  });
  assert.equal((await reportOf(server, 'prototype', 'in')).is, true);
  assert.equal(
    await page.run(() => 'BackgroundFetchManager' in ServiceWorkerRegistration.prototype), true);
});
