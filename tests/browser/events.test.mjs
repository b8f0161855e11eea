/** The events of a background fetch: their order, their values, their lifetime. */

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

/** @param {{size: number}[]} files */
function sumOf(files) {
  return files.reduce((sum, { size }) => sum + size, 0);
}

test('five that end together: each page object has its result before its event', async () => {
  const scope = await registerScript(page, 'together', (report) => {
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      const { id, result, recordsAvailable } = event.registration;
      event.waitUntil(report({ kind: 'began', at: Date.now(), id, result, recordsAvailable }));
    });
  });
  const ids = ['t1', 't2', 't3', 't4', 't5'];
  await Promise.all(ids.map((id) =>
    startIn(page, scope, id, [urlOf(server.origin, { name: id, size: 10_000 })])));
  const reports = [];
  for (const _ of ids) reports.push(await reportOf(server, 'together', 'began'));
  assert.deepEqual(reports.map(({ id }) => id).sort(), ids);
  for (const { id, at, result, recordsAvailable } of reports) {
    assert.deepEqual({ result, recordsAvailable }, { result: 'success', recordsAvailable: true });
    const shown = await untilOver(page, id);
    const [last] = shown.slice(-1);
    assert.equal(last.result, 'success');
    assert.equal(last.recordsAvailable, true);
    assert.equal(last.downloaded, 10_000);
    assert.ok(last.at <= at, `${id}: the page knew ${last.at - at} ms after the event began`);
    assert.equal(shown.filter(({ result }) => result !== '').length, 1);
  }
});

test('while the event is held the id is free, the records are there, and then not', async () => {
  const scope = await registerScript(page, 'held', (report) => {
    /** @type {any} */
    let event;
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ started) => {
      const { id } = started.registration;
      if (id !== 'held' || event) return;
      event = started;
      const { backgroundFetch } = /** @type {any} */ (self).registration;
      event.waitUntil((async () => {
        const found = await backgroundFetch.get(id);
        const ids = await backgroundFetch.getIds();
        await report({ kind: 'began', found: found === undefined ? 'nothing' : 'it', ids });
        await new Promise((resolve) => addEventListener('message', resolve, { once: true }));
        // After the first await, while another promise is pending.
        event.waitUntil(Promise.resolve());
      })());
    });
    addEventListener('message', async () => {
      const records = await event.registration.matchAll();
      while (event.registration.recordsAvailable) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      let refused = '';
      try {
        event.waitUntil(Promise.resolve());
      } catch (error) {
        refused = /** @type {Error} */ (error).name;
      }
      report({ kind: 'ended', refused, records: records.length });
    });
  });
  const url = urlOf(server.origin, { name: 'held', size: 1000 });
  await startIn(page, scope, 'held', [url]);
  const began = await reportOf(server, 'held', 'began');
  assert.deepEqual({ found: began.found, ids: began.ids }, { found: 'nothing', ids: [] });
  const again = await page.run(async ({ scope, url }) => {
    const { fetching } = /** @type {any} */ (self).kept.held;
    const worker = await navigator.serviceWorker.getRegistration(scope);
    const other = await worker?.backgroundFetch.fetch('held', url);
    const { result, recordsAvailable } = fetching;
    worker?.active?.postMessage('go on');
    return { isOther: other !== fetching, result, recordsAvailable };
  }, { scope, url });
  assert.deepEqual(again, { isOther: true, result: 'success', recordsAvailable: true });
  await untilOver(page, 'held');
  const { refused, records } = await reportOf(server, 'held', 'ended');
  assert.deepEqual({ refused, records }, { refused: 'InvalidStateError', records: 1 });
});

test('progress comes soon, at most ten times a second, with all values at once', async () => {
  const scope = await registerScript(page, 'progress', () => {});
  const files = makeTrickle('moving');
  await startIn(page, scope, 'moving', files.map((file) => urlOf(server.origin, file)));
  const changedBetween = await page.run(async () => {
    const { fetching, shown } = /** @type {any} */ (self).kept.moving;
    let changed = 0;
    while (fetching.result === '') {
      const before = shown.length;
      const { downloaded } = fetching;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (downloaded !== fetching.downloaded && shown.length === before) changed += 1;
    }
    return changed;
  });
  assert.equal(changedBetween, 0);
  const shown = await untilOver(page, 'moving');
  const tookMs = shown[shown.length - 1].at - shown[0].at;
  assert.ok(shown.length > 5, `${shown.length} events in ${tookMs} ms`);
  assert.ok(shown.length <= 3 + tookMs / 100, `${shown.length} events in ${tookMs} ms`);
  assert.ok(shown[0].downloaded > 0);
  assert.ok(shown[0].downloaded < 10_000, `first told of ${shown[0].downloaded} bytes`);
  const { downloaded, result } = shown[shown.length - 1];
  assert.deepEqual({ downloaded, result }, { downloaded: sumOf(files), result: 'success' });
  assert.deepEqual(shown.slice(0, -1).filter(({ result }) => result !== ''), []);
});

test('listeners that throw or reject stop nobody; handler attributes have their place', async () => {
  const scope = await registerScript(page, 'listeners', (report) => {
    const worker = /** @type {any} */ (self);
    /** @type {string[]} */
    const order = [];
    const on = (/** @type {(event: any) => void} */ listener) =>
      addEventListener('backgroundfetchsuccess', listener);
    on(() => {
      order.push('throws');
      throw new Error('of the app');
    });
    worker.onbackgroundfetchsuccess = () => order.push('replaced');
    on((event) => {
      order.push('rejects');
      event.waitUntil(Promise.reject(new Error('of the app')));
    });
    worker.onbackgroundfetchsuccess = () => order.push('attribute');
    on((event) => {
      order.push('stops');
      event.stopImmediatePropagation();
      event.waitUntil(report({ kind: 'order', order }));
    });
    on(() => order.push('never'));
  });
  await startIn(page, scope, 'listeners', [urlOf(server.origin, { name: 'listeners', size: 10 })]);
  const { order } = await reportOf(server, 'listeners', 'order');
  assert.deepEqual(order, ['throws', 'attribute', 'rejects', 'stops']);
  const shown = await untilOver(page, 'listeners');
  assert.equal(shown[shown.length - 1].result, 'success');
});

test('updateUI() works once, within the lifetime, on events of ours', async () => {
  const scope = await registerScript(page, 'ui', (report) => {
    const worker = /** @type {any} */ (self);
    const nameOf = (/** @type {Promise<unknown>} */ promise) =>
      promise.then((value) => `${value}`, (error) => error.name);
    addEventListener('backgroundfetchfail', (/** @type {any} */ event) => {
      const { registration } = event;
      const made = new worker.BackgroundFetchUpdateUIEvent('backgroundfetchfail', { registration });
      event.waitUntil((async () => {
        const names = [
          await nameOf(made.updateUI({ title: 'Made' })),
          await nameOf(event.updateUI({ icons: {} })),
          await nameOf(event.updateUI({ title: 'Lost', icons: [{ src: 'a.png' }] })),
          await nameOf(event.updateUI({ title: 'Again' })),
        ];
        await report({ kind: 'names', names });
      })());
    });
    addEventListener('backgroundfetchabort', (/** @type {any} */ event) => {
      event.waitUntil(report({ kind: 'aborted', updateUI: typeof event.updateUI }));
    });
  });
  const missing = { name: 'ui-missing', size: 10, switches: 'status=404' };
  await startIn(page, scope, 'ui', [urlOf(server.origin, missing)]);
  assert.deepEqual((await reportOf(server, 'ui', 'names')).names,
    ['InvalidStateError', 'TypeError', 'undefined', 'InvalidStateError']);
  const slow = { name: 'ui-slow', size: 10, switches: 'delay=3000' };
  await startIn(page, scope, 'ui-slow', [urlOf(server.origin, slow)]);
  await page.run(() => /** @type {any} */ (self).kept['ui-slow'].fetching.abort());
  assert.equal((await reportOf(server, 'ui', 'aborted')).updateUI, 'undefined');
});
