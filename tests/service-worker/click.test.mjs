import assert from 'node:assert/strict';
import { test } from 'node:test';

/** What service workers have and Node has not. */
class FakeExtendableEvent extends Event {}
Object.assign(globalThis, { ExtendableEvent: FakeExtendableEvent });
const { dispatchClick } = await import('../../js/service-worker/outcome.js');
const { adopt, makeManager } = await import('../../js/shared/manager.js');
const { FakeChannel, makeSnapshot } = await import('../page/fake-channel.mjs');

test('backgroundfetchclick brings the registration, and lives as long as its promises', async () => {
  const worker = /** @type {any} */ (new EventTarget());
  const registration = adopt(makeManager(new FakeChannel()), makeSnapshot());
  /** @type {() => void} */
  let end = () => {};
  let hasEnded = false;
  worker.addEventListener('backgroundfetchclick', (/** @type {any} */ event) => {
    assert.equal(event.registration, registration);
    event.waitUntil(new Promise((resolve) => (end = () => resolve(null))));
  });
  const ended = dispatchClick(worker, registration).then((wasHeld) => {
    hasEnded = true;
    return wasHeld;
  });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(hasEnded, false);
  end();
  assert.equal(await ended, true);
});
