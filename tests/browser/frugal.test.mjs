/**
 * What costs nothing: a worker that has nothing to do, and a page while others download.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest, isWithoutWasm } from './engine-under-test.mjs';
import { kPage, openPage, startFetch, urlOf, waitForEnd } from './fetching.mjs';
import { registerScript, reportOf, startIn, untilOver } from './scripted-worker.mjs';

const kRecords = 600;
const kRecordBytes = 10 * 1024;

/** Pages are told of progress so often at most: kAnnounceIntervalMs in src/base/limits.h. */
const kNewsMsMin = 100;
/** For who begins and ends a fetch. */
const kOtherMessagesMax = 10;

/** @typedef {import('./driver.mjs').Page} Page */

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

/** @param {number} count @param {string} name */
function makeFiles(count, name) {
  return Array.from({ length: count }, (_, index) =>
    urlOf(server.origin, { name: `${name}-${index}`, size: kRecordBytes }));
}

test('wasm is instantiated when there is work, and not before', {
  skip: isWithoutWasm && 'there is none',
}, async () => {
  const page = await browser.open(kPage);
  const scope = await registerScript(page, 'frugal', (report) => {
    let instances = 0;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = /** @type {any} */ ((/** @type {[any]} */ ...values) => {
      instances += 1;
      return instantiate(...values);
    });
    addEventListener('message', ({ data }) => {
      if (data === 'count') report({ kind: 'instances', instances });
    });
  });
  const countInstances = async () => {
    await page.run(async (scope) => {
      (await navigator.serviceWorker.getRegistration(scope))?.active?.postMessage('count');
    }, scope);
    return (await reportOf(server, 'frugal', 'instances')).instances;
  };
  // All that an app may ask while there is nothing.
  const ids = await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    await registration?.backgroundFetch.get('none');
    return registration?.backgroundFetch.getIds();
  }, scope);
  assert.deepEqual(ids, []);
  assert.equal(await countInstances(), 0);
  await startIn(page, scope, 'some', makeFiles(2, 'some'));
  await untilOver(page, 'some');
  assert.equal(await countInstances(), 1);
  await page.close();
});

test('a page sends and hears messages as time goes by, not as records come', async () => {
  const page = await openPage(browser);
  await page.run(() => {
    const counts = { sent: 0, heard: 0 };
    Object.assign(self, { counts });
    const { postMessage } = ServiceWorker.prototype;
    ServiceWorker.prototype.postMessage = function(/** @type {[any]} */ ...values) {
      counts.sent += 1;
      return postMessage.apply(this, values);
    };
    const { get, set } = /** @type {PropertyDescriptor} */ (
      Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage'));
    Object.defineProperty(MessagePort.prototype, 'onmessage', {
      get,
      set(/** @type {(event: MessageEvent) => void} */ listener) {
        set?.call(this, (/** @type {MessageEvent} */ event) => {
          counts.heard += 1;
          listener(event);
        });
      },
    });
  });
  const beganAt = performance.now();
  await startFetch(page, 'many', makeFiles(kRecords, 'many'));
  await waitForEnd(server, 'many');
  const messagesMax = kOtherMessagesMax + (performance.now() - beganAt) / kNewsMsMin;
  const { sent, heard } = await page.run(() => /** @type {any} */ (self).counts);
  assert.ok(sent > 0 && heard > 0, `${sent} sent, ${heard} heard`);
  assert.ok(sent <= messagesMax, `${sent} messages were sent, not ${messagesMax}`);
  assert.ok(heard <= messagesMax, `${heard} messages were heard, not ${messagesMax}`);
  await page.close();
});
