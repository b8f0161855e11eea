import assert from 'node:assert/strict';
import { before, test } from 'node:test';

/** @type {any} */
const worker = new EventTarget();

before(async () => {
  // What the interfaces extend exists in service workers alone.
  Object.assign(globalThis, {
    ExtendableEvent: class ExtendableEvent extends Event {
      /** @param {string} type @param {EventInit} [init] */
      constructor(type, init) {
        super(type, init);
      }
    },
  });
  const { installEvents } = await import('../../js/service-worker/install-events.js');
  installEvents(worker);
});

for (const type of ['success', 'fail', 'abort', 'click']) {
  const name = `onbackgroundfetch${type}`;

  test(`${name} is an attribute of the global, as Web IDL has it`, () => {
    const descriptor = /** @type {any} */ (Object.getOwnPropertyDescriptor(worker, name));
    assert.equal(descriptor.enumerable, true);
    assert.equal(descriptor.configurable, true);
    assert.equal(descriptor.get.name, `get ${name}`);
    assert.equal(descriptor.set.name, `set ${name}`);
    assert.equal(descriptor.set.length, 1);
    assert.equal(descriptor.get.call(undefined), null);
    assert.throws(() => descriptor.get.call({}), TypeError);
    assert.throws(() => descriptor.set.call({}, null), TypeError);
  });

  test(`${name} hears its event`, () => {
    let calls = 0;
    worker[name] = () => (calls += 1);
    worker.dispatchEvent(new Event(`backgroundfetch${type}`));
    worker[name] = 'no handler';
    assert.equal(worker[name], null);
    worker.dispatchEvent(new Event(`backgroundfetch${type}`));
    assert.equal(calls, 1);
  });
}

test('both event interfaces are constructors of two arguments', () => {
  assert.equal(worker.BackgroundFetchEvent.length, 2);
  assert.equal(worker.BackgroundFetchUpdateUIEvent.length, 2);
  assert.throws(() => new worker.BackgroundFetchEvent('x', {}), TypeError);
  assert.throws(() => new worker.BackgroundFetchUpdateUIEvent('x'), TypeError);
});
