import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';

import { makeManager } from '../../js/shared/manager.js';
import { FakeChannel, makeSnapshot } from '../page/fake-channel.mjs';
import { promisesSettle } from './fake-engine.mjs';

/** @type {any} */
const worker = new EventTarget();
/** @type {string[]} Types of events that were dispatched, in order. */
let seen = [];
/** @type {import('../../js/shared/manager.js').BackgroundFetchManager} */
let manager;
/** @type {typeof import('../../js/shared/manager.js').adopt} */
let adopt;
/** @type {typeof import('../../js/service-worker/outcome.js').dispatchOutcome} */
let dispatchOutcome;
/** @type {any} What the engine answers. */
const engine = { sequence: () => 0, changesSince: () => [] };
/** @type {() => void} */
let announce;

before(async () => {
  Object.assign(globalThis, { ExtendableEvent: class ExtendableEvent extends Event {} });
  const { installWorkerDialect } = await import('../../js/service-worker/dialect.js');
  ({ dispatchOutcome } = await import('../../js/service-worker/outcome.js'));
  ({ adopt } = await import('../../js/shared/manager.js'));
  manager = makeManager(new FakeChannel());
  const session = { query: (/** @type {any} */ question) => question(engine) };
  const host = { session, watch: (/** @type {any} */ listener) => (announce = listener) };
  installWorkerDialect(worker, /** @type {any} */ (host), () => manager);
  for (const type of ['success', 'fail', 'abort', 'failure', 'progress']) {
    worker.addEventListener(`backgroundfetch${type}`, () => seen.push(type));
  }
});
after(() => mock.timers.reset());

/** @param {any} listener @param {string} uid */
async function fail(listener, uid) {
  worker.addEventListener('backgroundfetchfail', listener, { once: true });
  const registration = adopt(manager, makeSnapshot({ uid }));
  return { registration, wasHeld: await dispatchOutcome(worker, 'fail', registration) };
}

test('backgroundfetchfailure comes after backgroundfetchfail, and after no other', async () => {
  seen = [];
  const registration = adopt(manager, makeSnapshot({ uid: 'a' }));
  for (const outcome of /** @type {const} */ (['success', 'fail', 'abort'])) {
    await dispatchOutcome(worker, outcome, registration);
  }
  assert.deepEqual(seen, ['success', 'fail', 'failure', 'abort']);
});

test('backgroundfetchfailure shares the lifetime of backgroundfetchfail', async () => {
  worker.addEventListener('backgroundfetchfailure', (/** @type {any} */ event) => {
    event.waitUntil(new Promise((resolve) => setTimeout(resolve, 5)));
  }, { once: true });
  assert.equal((await fail(() => {}, 'b')).wasHeld, true);
});

test("registration.updateUI() is the event's: once, and not afterwards", async () => {
  /** @type {any} */
  let updates;
  const { registration } = await fail((/** @type {any} */ event) => {
    updates = Promise.allSettled([event.registration.updateUI({}), event.updateUI({})]);
  }, 'c');
  const [first, second] = await updates;
  assert.deepEqual(first, { status: 'fulfilled', value: undefined });
  assert.equal(second.reason.name, 'InvalidStateError');
  const late = adopt(manager, makeSnapshot({ uid: 'd' }));
  for (const each of /** @type {any[]} */ ([registration, late])) {
    await assert.rejects(each.updateUI({}), { name: 'InvalidStateError' });
  }
});

test('an aborted fetch has no UI to update', async () => {
  const registration = /** @type {any} */ (adopt(manager, makeSnapshot({ uid: 'e' })));
  /** @type {any} */
  let refused;
  worker.addEventListener('backgroundfetchabort', () => {
    refused = assert.rejects(registration.updateUI({}), { name: 'InvalidStateError' });
  }, { once: true });
  await dispatchOutcome(worker, 'abort', registration);
  await refused;
});

test('updateUI is not enumerable: the interface looks as specified', () => {
  const { constructor } = adopt(manager, makeSnapshot({ uid: 'f' }));
  assert.equal(Object.keys(constructor.prototype).includes('updateUI'), false);
});

test('backgroundfetchprogress comes four times a second, with the last values', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  seen = [];
  let sequence = 0;
  engine.sequence = () => sequence;
  engine.changesSince = (/** @type {number} */ since) =>
    since < sequence
      ? [makeSnapshot({ uid: 'g', downloaded: sequence }), makeSnapshot({ uid: 'h', downloaded: 0 })]
      : [];
  // The clock behind the alarm does not stand still: only what is set counts.
  for (sequence = 1; sequence <= 5; sequence += 1) announce();
  sequence = 5;
  mock.timers.tick(0);
  await promisesSettle();
  assert.deepEqual(seen, ['progress']);
  sequence = 6;
  announce();
  announce();
  mock.timers.tick(150);
  assert.deepEqual(seen, ['progress']);
  mock.timers.tick(100);
  assert.deepEqual(seen, ['progress', 'progress']);
  // A new engine counts from the beginning.
  sequence = 2;
  announce();
  mock.timers.tick(250);
  assert.deepEqual(seen, ['progress', 'progress']);
  sequence = 3;
  announce();
  mock.timers.tick(250);
  assert.deepEqual(seen, ['progress', 'progress', 'progress']);
});
