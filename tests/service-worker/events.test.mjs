import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EventLifetime } from '../../js/service-worker/event-lifetime.js';
import { makeRegistration } from '../../js/shared/registration.js';
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
  const state = { isOver: false, event };
  lifetime.run(() => listener(event)).then(() => (state.isOver = true));
  return state;
}

test('without waitUntil() the lifetime ends with the listeners', async () => {
  const state = dispatch(() => {});
  await promisesSettle();
  assert.equal(state.isOver, true);
  assert.throws(() => state.event.waitUntil(null), { name: 'InvalidStateError' });
});

test('the lifetime ends when the last promise has settled, rejected or not', async () => {
  let reject = (/** @type {unknown} */ _) => {};
  const state = dispatch((event) => {
    event.waitUntil(Promise.resolve());
    event.waitUntil(new Promise((_, refuse) => (reject = refuse)));
  });
  await promisesSettle();
  assert.equal(state.isOver, false);
  reject(new Error('of the app'));
  await promisesSettle();
  assert.equal(state.isOver, true);
});

test('a reaction to the last promise may add another', async () => {
  let end = () => {};
  const state = dispatch((event) => {
    const first = Promise.resolve();
    event.waitUntil(first);
    first.then(() => event.waitUntil(new Promise((resolve) => (end = () => resolve(null)))));
  });
  await promisesSettle();
  assert.equal(state.isOver, false);
  end();
  await promisesSettle();
  assert.equal(state.isOver, true);
});

test('waitUntil() takes what is no promise', async () => {
  const state = dispatch((event) => event.waitUntil(() => {}));
  await promisesSettle();
  assert.equal(state.isOver, true);
});

test('an event that an app constructs has no lifetime', async () => {
  assert.throws(() => makeEvent().waitUntil(Promise.resolve()), { name: 'InvalidStateError' });
  await assert.rejects(makeEvent().updateUI({}), { name: 'InvalidStateError' });
});

test('an event without a registration is a TypeError', () => {
  for (const init of [undefined, {}, { registration: {} }]) {
    assert.throws(
      () => new events.BackgroundFetchEvent('a', /** @type {any} */ (init)),
      TypeError,
    );
  }
});

test('updateUI() works once', async () => {
  /** @type {Promise<void>[]} */
  const updates = [];
  dispatch((event) => updates.push(event.updateUI({ title: 'Done' }), event.updateUI()));
  assert.equal(await updates[0], undefined);
  await assert.rejects(updates[1], { name: 'InvalidStateError' });
});

test('updateUI() refuses what is no BackgroundFetchUIOptions', async () => {
  for (const options of [1, 'title', { icons: {} }, { icons: [{}] }, { title: Symbol('a') }]) {
    /** @type {Promise<void>[]} */
    const updates = [];
    dispatch((event) => updates.push(event.updateUI(/** @type {any} */ (options))));
    await assert.rejects(updates[0], TypeError);
  }
});
