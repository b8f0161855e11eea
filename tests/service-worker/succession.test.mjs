import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Succession } from '../../js/service-worker/succession.js';
import { promisesSettle } from './fake-engine.mjs';

/** @type {any} */
let registration;
/** @type {Succession} */
let succession;

beforeEach(() => {
  registration = Object.assign(new EventTarget(), { installing: null, waiting: null });
  succession = new Succession(registration);
});

/** A newer worker is found; what happens to it is the test's. */
function findUpdate() {
  registration.installing = new EventTarget();
  registration.dispatchEvent(new Event('updatefound'));
  return registration.installing;
}

/** @param {Promise<void>} promise */
function follow(promise) {
  const outcome = { isOver: false };
  promise.then(() => (outcome.isOver = true));
  return outcome;
}

test('an event is kept open until its work has ended, well or not', async () => {
  for (const end of ['resolve', 'reject']) {
    /** @type {any} */
    let work;
    const outcome = follow(succession.unlessReplaced(new Promise((resolve, reject) => {
      work = { resolve, reject };
    })));
    findUpdate();
    await promisesSettle();
    assert.equal(outcome.isOver, false);
    work[end]();
    await promisesSettle();
    assert.equal(outcome.isOver, true);
  }
});

test('when a newer worker is installed, every open event ends', async () => {
  const outcomes = [0, 1].map(() => follow(succession.unlessReplaced(new Promise(() => {}))));
  const successor = findUpdate();
  registration.waiting = successor;
  successor.dispatchEvent(new Event('statechange'));
  await promisesSettle();
  assert.deepEqual(outcomes, [{ isOver: true }, { isOver: true }]);
});

test('a successor that was being installed when this worker was started is heard', async () => {
  const successor = new EventTarget();
  registration.installing = successor;
  succession = new Succession(registration);
  const outcome = follow(succession.unlessReplaced(new Promise(() => {})));
  Object.assign(registration, { installing: null, waiting: successor });
  successor.dispatchEvent(new Event('statechange'));
  await promisesSettle();
  assert.equal(outcome.isOver, true);
});

test('a worker that becomes the active one is not its own successor', async () => {
  const worker = new EventTarget();
  registration.installing = worker;
  succession = new Succession(registration);
  const outcome = follow(succession.unlessReplaced(new Promise(() => {})));
  Object.assign(registration, { installing: null, active: worker });
  worker.dispatchEvent(new Event('statechange'));
  await promisesSettle();
  assert.equal(outcome.isOver, false);
});

test('while a newer worker waits, no event is kept open', async () => {
  registration.waiting = new EventTarget();
  const outcome = follow(succession.unlessReplaced(new Promise(() => {})));
  await promisesSettle();
  assert.equal(outcome.isOver, true);
});
