import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EventLifetime } from '../../js/service-worker/event-lifetime.js';
import { BackgroundFetchRegistration, makeRegistration } from '../../js/shared/registration.js';
import { makeSnapshot } from '../page/fake-channel.mjs';
import { promisesSettle } from './fake-engine.mjs';

/** @typedef {import('../../js/service-worker/events.js').BackgroundFetchUpdateUIEvent} UIEvent */

/** @type {typeof import('../../js/service-worker/events.js')} */
let events;

before(async () => {
  // What it extends exists in service workers alone.
  Object.assign(globalThis, { ExtendableEvent: class ExtendableEvent extends Event {} });
  events = await import('../../js/service-worker/events.js');
});

/** @returns {any} */
function makeEvent() {
  const registration = makeRegistration(/** @type {any} */ ({}), makeSnapshot());
  return new events.BackgroundFetchUpdateUIEvent('backgroundfetchsuccess', { registration });
}

/** Dispatches it and calls the listener. @param {(event: UIEvent) => void} listener */
function dispatch(listener) {
  const event = makeEvent();
  const lifetime = new EventLifetime();
  events.enliven(event, lifetime);
  const state = { isOver: false, wasHeld: false, event };
  lifetime.run(() => listener(event)).then((wasHeld) => {
    Object.assign(state, { isOver: true, wasHeld });
  });
  return state;
}

/** The dispatch counts as over, and what that allows is done. */
async function dispatchEnds() {
  await new Promise((resolve) => setTimeout(resolve, 2));
  await promisesSettle();
}

test('without waitUntil() the lifetime ends with the listeners', async () => {
  const state = dispatch(() => {});
  await dispatchEnds();
  assert.equal(state.isOver, true);
  assert.equal(state.wasHeld, false);
  assert.throws(() => state.event.waitUntil(null), { name: 'InvalidStateError' });
});

test('an event is held by a promise that outlives its listeners', async () => {
  let end = () => {};
  const state = dispatch((event) => {
    event.waitUntil(new Promise((resolve) => (end = () => resolve(null))));
  });
  await dispatchEnds();
  end();
  await dispatchEnds();
  assert.equal(state.wasHeld, true);
});

test('a listener may call waitUntil() after its microtasks, not after its timers', async () => {
  /** @type {unknown[]} */
  const errors = [];
  dispatch(async (event) => {
    setTimeout(() => {
      try {
        event.waitUntil(null);
      } catch (error) {
        errors.push(error);
      }
    });
    for (let turn = 0; turn < 10; turn += 1) await null;
    event.waitUntil(Promise.resolve());
  });
  await dispatchEnds();
  assert.equal(errors.length, 1);
  assert.equal(/** @type {Error} */ (errors[0]).name, 'InvalidStateError');
});

test('waitUntil() without a promise is a TypeError', () => {
  dispatch((event) => {
    assert.throws(() => /** @type {any} */ (event).waitUntil(), TypeError);
  });
});

test('a promise that cannot be looked at does not hold the event for ever', async () => {
  const state = dispatch((event) => {
    const hostile = Promise.resolve();
    Object.defineProperty(hostile, 'constructor', {
      get: () => {
        throw new RangeError('of the app');
      },
    });
    assert.throws(() => event.waitUntil(hostile), RangeError);
  });
  await dispatchEnds();
  assert.equal(state.isOver, true);
});

test('the lifetime ends when the last promise has settled, rejected or not', async () => {
  let reject = (/** @type {unknown} */ _) => {};
  const state = dispatch((event) => {
    event.waitUntil(Promise.resolve());
    event.waitUntil(new Promise((_, refuse) => (reject = refuse)));
  });
  await dispatchEnds();
  assert.equal(state.isOver, false);
  reject(new Error('of the app'));
  await dispatchEnds();
  assert.equal(state.isOver, true);
});

test('a reaction to the last promise may add another', async () => {
  let end = () => {};
  const state = dispatch((event) => {
    const first = Promise.resolve();
    event.waitUntil(first);
    first.then(() => event.waitUntil(new Promise((resolve) => (end = () => resolve(null)))));
  });
  await dispatchEnds();
  assert.equal(state.isOver, false);
  end();
  await dispatchEnds();
  assert.equal(state.isOver, true);
});

test('waitUntil() takes what is no promise', async () => {
  const state = dispatch((event) => event.waitUntil(() => {}));
  await dispatchEnds();
  assert.equal(state.isOver, true);
});

test('an event that an app constructs has no lifetime', async () => {
  assert.throws(() => makeEvent().waitUntil(Promise.resolve()), { name: 'InvalidStateError' });
  await assert.rejects(makeEvent().updateUI({}), { name: 'InvalidStateError' });
});

test('an event without a registration is a TypeError', () => {
  const impostor = Object.create(BackgroundFetchRegistration.prototype);
  for (const init of [undefined, {}, { registration: {} }, { registration: impostor }]) {
    assert.throws(
      () => new events.BackgroundFetchEvent('a', /** @type {any} */ (init)),
      TypeError,
    );
  }
});

test('updateUI() works once, and what it was given is kept', async () => {
  /** @type {Promise<void>[]} */
  const updates = [];
  const options = /** @type {any} */ ({ title: 7, icons: [{ src: '/a.png' }] });
  const { event } = dispatch((event) => updates.push(event.updateUI(options), event.updateUI()));
  assert.equal(await updates[0], undefined);
  await assert.rejects(updates[1], { name: 'InvalidStateError' });
  assert.deepEqual(events.uiUpdates.get(event.registration), {
    title: '7', icons: [{ src: '/a.png', sizes: '', type: '', label: '' }],
  });
});

test('updateUI() without options counts', async () => {
  /** @type {Promise<void>[]} */
  const updates = [];
  dispatch((event) => updates.push(event.updateUI(), event.updateUI({ title: 'Done' })));
  assert.equal(await updates[0], undefined);
  await assert.rejects(updates[1], { name: 'InvalidStateError' });
});

test('updateUI() after the lifetime has ended is an InvalidStateError', async () => {
  const { event } = dispatch(() => {});
  await dispatchEnds();
  await assert.rejects(event.updateUI({ title: 'Late' }), { name: 'InvalidStateError' });
});

test('updateUI() refuses what is no BackgroundFetchUIOptions', async () => {
  for (const options of [1, 'title', { icons: {} }, { icons: [{}] }, { title: Symbol('a') }]) {
    /** @type {Promise<void>[]} */
    const updates = [];
    dispatch((event) => updates.push(event.updateUI(/** @type {any} */ (options))));
    await assert.rejects(updates[0], TypeError);
  }
});
