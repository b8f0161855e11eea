import assert from 'node:assert/strict';
import { test } from 'node:test';
import { install, isNeeded } from '../../js/shared/install.js';
import { exposeInterface } from '../../js/shared/interface.js';
import { FakeChannel, makeMatched, makeSnapshot } from './fake-channel.mjs';

class FakeServiceWorkerRegistration {
  #scope = 'https://example.test/';
  get scope() {
    return this.#scope;
  }

  async unregister() {
    return false;
  }
}

/** @type {any} */
const scope = { ServiceWorkerRegistration: FakeServiceWorkerRegistration };
let opened = 0;
const channel = new FakeChannel();
install(scope, {}, () => {
  opened += 1;
  return channel;
});
/** @type {any} */
const platformRegistration = new FakeServiceWorkerRegistration();
const manager = platformRegistration.backgroundFetch;
channel.answers.get = () => makeSnapshot();
channel.answers.match = () => [makeMatched(0)];
const registration = await manager.get('film');
const [record] = await registration.matchAll();

const kInterfaces = {
  BackgroundFetchManager: { instance: manager, members: ['fetch', 'get', 'getIds'] },
  BackgroundFetchRegistration: {
    instance: registration,
    members: [
      'id',
      'uploadTotal',
      'uploaded',
      'downloadTotal',
      'downloaded',
      'result',
      'failureReason',
      'recordsAvailable',
      'onprogress',
      'abort',
      'match',
      'matchAll',
    ],
  },
  BackgroundFetchRecord: { instance: record, members: ['request', 'responseReady'] },
};

for (const [name, { instance, members }] of Object.entries(kInterfaces)) {
  const interfaceObject = scope[name];

  test(`${name} is a global like any interface`, () => {
    const descriptor = /** @type {any} */ (Object.getOwnPropertyDescriptor(scope, name));
    assert.equal(descriptor.enumerable, false);
    assert.equal(descriptor.writable, true);
    assert.equal(descriptor.configurable, true);
    assert.equal(interfaceObject.name, name);
    assert.equal(interfaceObject.length, 0);
    assert.ok(instance instanceof interfaceObject);
    assert.equal(Object.prototype.toString.call(instance), `[object ${name}]`);
  });

  test(`${name} cannot be constructed`, () => {
    assert.throws(() => new interfaceObject(), { name: 'TypeError', message: /^Illegal/ });
    assert.throws(() => interfaceObject(), TypeError);
  });

  test(`${name} has its members on the prototype, enumerable, and no others`, () => {
    const { prototype } = interfaceObject;
    assert.deepEqual(Object.keys(prototype), members);
    assert.deepEqual(Reflect.ownKeys(prototype), [...members, 'constructor', Symbol.toStringTag]);
    const { enumerable } =
      /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, 'constructor'));
    assert.equal(enumerable, false);
    assert.deepEqual(Object.getOwnPropertyNames(instance), []);
  });

  test(`${name} refuses a foreign this`, async () => {
    for (const member of members) {
      const { get, value } = /** @type {any} */ (
        Object.getOwnPropertyDescriptor(interfaceObject.prototype, member)
      );
      for (const foreign of [undefined, {}, interfaceObject.prototype]) {
        if (value) await assert.rejects(value.call(foreign, 'a', 'b'), TypeError, member);
        else if (member === 'responseReady') await assert.rejects(get.call(foreign), TypeError);
        else assert.throws(() => get.call(foreign), TypeError, member);
      }
    }
  });
}

test('functions have the lengths and names of Web IDL', () => {
  const lengths = [
    [manager.fetch, 'fetch', 2],
    [manager.get, 'get', 1],
    [manager.getIds, 'getIds', 0],
    [registration.abort, 'abort', 0],
    [registration.match, 'match', 1],
    [registration.matchAll, 'matchAll', 0],
    [FakeServiceWorkerRegistration.prototype.unregister, 'unregister', 0],
  ];
  for (const [operation, name, length] of lengths) {
    assert.equal(operation.name, name);
    assert.equal(operation.length, length, name);
    assert.equal(Object.getPrototypeOf(operation), Function.prototype, name);
    assert.equal(Object.hasOwn(operation, 'prototype'), false, name);
  }
});

test('an interface whose constructor is inherited has the length of its parent\'s', () => {
  class Parent {
    /** @param {unknown} type @param {unknown} init */
    constructor(type, init) {
      Object.assign(this, { type, init });
    }
  }
  class Child extends Parent {}
  exposeInterface({}, 'Child', Child);
  assert.equal(Child.length, 2);
});

test('a registration inherits from EventTarget', () => {
  assert.ok(registration instanceof EventTarget);
  assert.equal(Object.getPrototypeOf(scope.BackgroundFetchRegistration), EventTarget);
});

test('backgroundFetch is one manager per service worker registration', () => {
  assert.equal(platformRegistration.backgroundFetch, manager);
  assert.equal(opened, 1);
  const other = /** @type {any} */ (new FakeServiceWorkerRegistration());
  assert.notEqual(other.backgroundFetch, manager);
  assert.equal(opened, 2);
});

test('backgroundFetch is a read-only, brand-checked accessor', () => {
  const { prototype } = FakeServiceWorkerRegistration;
  const descriptor = /** @type {any} */ (
    Object.getOwnPropertyDescriptor(prototype, 'backgroundFetch')
  );
  assert.equal(descriptor.enumerable, true);
  assert.equal(descriptor.configurable, true);
  assert.equal(descriptor.set, undefined);
  assert.equal(descriptor.get.name, 'get backgroundFetch');
  for (const foreign of [undefined, {}, prototype, Object.create(prototype)]) {
    assert.throws(() => descriptor.get.call(foreign), TypeError);
  }
});

test('ours says so', () => {
  assert.equal(scope.BackgroundFetchManager.polyfill, true);
  assert.deepEqual(Object.keys(scope.BackgroundFetchManager), []);
});

test('it is needed where the API is missing or to be replaced, and only once', (t) => {
  const realm = /** @type {any} */ (globalThis);
  t.after(() => {
    delete realm.ServiceWorkerRegistration;
    delete realm.BackgroundFetchManager;
  });
  assert.equal(isNeeded({ force: true }), false, 'no service workers');
  realm.ServiceWorkerRegistration = FakeServiceWorkerRegistration;
  assert.equal(isNeeded({}), true, 'missing');
  realm.BackgroundFetchManager = class {};
  assert.equal(isNeeded({}), false, 'native');
  assert.equal(isNeeded({ force: true }), true, 'native, to be replaced');
  realm.BackgroundFetchManager = scope.BackgroundFetchManager;
  assert.equal(isNeeded({ force: true }), false, 'ours is there');
});
