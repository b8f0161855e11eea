import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { BodyStore } from '../../js/service-worker/body-store.js';
import { Host } from '../../js/service-worker/host.js';
import { isJournalStored } from '../../js/service-worker/journal-folder.js';
import {
  bodyStoreName, clearScope, deleteDatabase, journalPath,
} from '../../js/shared/scope-storage.js';
import { makeSnapshot } from '../page/fake-channel.mjs';
import { FakeEngine, makeAssertion, promisesSettle } from './fake-engine.mjs';
import { FakeLocks } from './fake-locks.mjs';

const kHead = {
  status: 200, statusText: '', headers: [], url: '', type: 'basic', redirected: false,
};

let scopes = 0;
/** @type {string} One for each test. */
let scope;
/** @type {FakeLocks} */
let locks;
/** @type {FakeEngine[]} In the order in which they were made. */
let engines;
/** @type {string[]} */
let steps;
/** @type {(engine: FakeEngine) => void} */
let prepare;

beforeEach(() => {
  mock.restoreAll();
  scopes += 1;
  scope = `https://example.test/${scopes}/`;
  locks = new FakeLocks();
  Object.defineProperty(globalThis, 'navigator', {
    value: { locks, onLine: true },
    configurable: true,
  });
  engines = [];
  steps = [];
  prepare = () => {};
});

/** A core whose folder has one file once its engine is open. The test has the engines. */
async function createCore() {
  /** @type {any} */
  let type;
  /** @type {Record<string, {timestamp: Date}>} */
  const entries = {};
  const core = new FakeEngine();
  return /** @type {any} */ (Object.assign(core, {
    open() {
      steps.push('engine');
      engines.push(core);
      entries['/1'] = { timestamp: new Date() };
      prepare(core);
    },
    FS: {
      mkdirTree() {},
      utime(/** @type {string} */ path, /** @type {number} */ time) {
        entries[path] = { timestamp: new Date(time) };
      },
      mount(/** @type {any} */ mounted) {
        type = mounted;
      },
      syncfs(/** @type {boolean} */ populate, /** @type {any} */ done) {
        steps.push(populate ? 'load' : 'save');
        type.syncfs({ mountpoint: '/' }, populate, done);
      },
    },
    IDBFS: {
      getLocalSet: (/** @type {any} */ _, /** @type {any} */ done) => done(null, { entries }),
      loadLocalEntry: (/** @type {string} */ path, /** @type {any} */ done) =>
        done(null, { ...entries[path], mode: 0 }),
      storeLocalEntry(/** @type {string} */ path, /** @type {any} */ file, /** @type {any} */ done) {
        entries[path] = file;
        done(null);
      },
      removeLocalEntry(/** @type {string} */ path, /** @type {any} */ done) {
        delete entries[path];
        done(null);
      },
    },
  }));
}

async function databaseNames() {
  return (await indexedDB.databases()).map(({ name }) => name);
}

async function scopeDatabases() {
  const ours = [journalPath(scope), bodyStoreName(scope)];
  return (await databaseNames()).filter((name) => name && ours.includes(name));
}

/** @param {any} [deliver] */
function makeHost(deliver = async () => {}) {
  return new Host({ scope, createCore, store: new BodyStore(scope), deliver });
}

test('where nothing was ever begun, nothing is booted', async () => {
  const host = makeHost();
  assert.equal(await host.wake(), false);
  assert.equal(await host.readyIfAny(), null);
  assert.deepEqual(steps, []);
});

test('a boot tells the engine what is stored, heads first, then starts it', async () => {
  const store = new BodyStore(scope);
  const owner = { uid: 'a', record: 0, generation: 1 };
  await store.put({ owner, begin: 0, end: 3, data: new ArrayBuffer(3), head: kHead });
  await store.put({ owner, begin: 3, end: 5, data: new ArrayBuffer(2), head: null });
  await makeHost().ready();
  assert.deepEqual(steps, ['load', 'engine']);
  assert.deepEqual(engines[0].events, [
    ['recoverHead', owner, kHead],
    ['recoverChunk', owner, 0, 3],
    ['recoverChunk', owner, 3, 5],
    ['start', true],
  ]);
});

test('what the app has set is told to the engine, before it starts', async () => {
  const settings = { connections: 2, chunkBytes: 1_048_576, retries: 0 };
  const host = new Host({
    scope, createCore, store: new BodyStore(scope), deliver: async () => false, settings,
  });
  await host.ready();
  assert.deepEqual(engines[0].events, [
    ['set', 0, 2], ['set', 1, 1_048_576], ['set', 2, 0], ['start', true],
  ]);
});

test('a setting that is no number is reported, and costs nothing else', async () => {
  /** @type {[string, unknown][]} */
  const reports = [];
  const settings = /** @type {any} */ ({
    connections: 'many',
    chunkBytes: 300_000.5,
    retries: 3,
    onerror: (/** @type {string} */ message, /** @type {unknown} */ error) => {
      reports.push([message, error]);
      throw new Error('of the app');
    },
  });
  const host = new Host({
    scope, createCore, store: new BodyStore(scope), deliver: async () => false, settings,
  });
  mock.method(globalThis, 'queueMicrotask', (/** @type {() => void} */ report) => {
    assert.throws(report, /of the app/);
  });
  await host.ready();
  assert.deepEqual(engines[0].events, [['set', 2, 3], ['start', true]]);
  assert.deepEqual(reports.map(([message]) => message), [
    'background-fetch-polyfill: connections is ignored.',
    'background-fetch-polyfill: chunkBytes is ignored.',
  ]);
  for (const [, error] of reports) assert.ok(error instanceof RangeError);
});

test('a second worker of the scope loads nothing before the first is gone', async () => {
  await makeHost().ready();
  const second = makeHost();
  const ready = second.ready();
  await promisesSettle();
  assert.deepEqual(steps, ['load', 'engine']);
  locks.releaseHeld();
  await ready;
  assert.deepEqual(steps, ['load', 'engine', 'load', 'engine']);
});

test('a worker whose lock was stolen ends its engine, and tells pages', async () => {
  const host = makeHost();
  const onFenced = mock.fn();
  host.onFenced = onFenced;
  const session = await host.ready();
  const { epoch } = host;
  await clearScope(scope);
  await promisesSettle();
  assert.equal(session.isOver, true);
  assert.notEqual(host.epoch, epoch);
  assert.equal(onFenced.mock.callCount(), 1);
  // What asks whether there is something does not bring databases back.
  assert.equal(await host.readyIfAny(), null);
  assert.deepEqual(await scopeDatabases(), []);
});

test('a registration that comes back with its worker starts empty, and works', async () => {
  const store = new BodyStore(scope);
  const host = new Host({ scope, createCore, store, deliver: async () => false });
  const owner = { uid: 'a', record: 0, generation: 1 };
  await host.ready();
  await store.put({ owner, begin: 0, end: 3, data: new ArrayBuffer(3), head: kHead });
  await clearScope(scope);
  await promisesSettle();
  await assert.rejects(store.put({ owner, begin: 3, end: 5, data: new ArrayBuffer(2), head: null }));
  const session = await host.ready();
  assert.equal(session.isOver, false);
  assert.equal(engines.length, 2);
  assert.deepEqual(engines[1].events, [['start', true]]);
  await store.put({ owner, begin: 0, end: 3, data: new ArrayBuffer(3), head: kHead });
});

test('a lock that is stolen during a boot ends it, and is waited for', async () => {
  const host = makeHost();
  let end = () => {};
  prepare = () => {
    prepare = () => {};
    locks.request('', { steal: true }, () => new Promise((resolve) => (end = () => resolve(null))));
  };
  const ready = host.ready();
  await promisesSettle();
  assert.equal(host.session, null);
  assert.equal(engines.length, 1);
  assert.deepEqual(engines[0].told('start'), []);
  end();
  assert.equal((await ready).isOver, false);
  assert.equal(engines.length, 2);
});

for (const name of [journalPath, bodyStoreName]) {
  test(`what is deleted during a boot is noticed: ${name.name}`, async () => {
    const store = new BodyStore(scope);
    const owner = { uid: 'a', record: 0, generation: 1 };
    await store.put({ owner, begin: 0, end: 3, data: new ArrayBuffer(3), head: kHead });
    const { bodyOwners } = store;
    store.bodyOwners = async () => {
      store.bodyOwners = bodyOwners;
      await deleteDatabase(name(scope));
      return new Set();
    };
    const host = new Host({ scope, createCore, store, deliver: async () => false });
    await host.ready();
    assert.deepEqual(steps, ['load', 'engine', 'save', 'load', 'engine']);
    assert.deepEqual(engines[0].told('start'), []);
    assert.equal(engines[1].told('start').length, 1);
  });
}

test('whatever wakes it tells the engine whether there is a network', async () => {
  const host = makeHost();
  await host.ready();
  Object.assign(navigator, { onLine: false });
  await host.wake();
  assert.deepEqual(engines[0].told('online'), [['online', false]]);
});

test('bodies of requests that no fetch owns are deleted at the boot', async () => {
  const store = new BodyStore(scope);
  await store.putBodies('kept', [new Blob(['a'])]);
  await store.putBodies('orphan', [new Blob(['b'])]);
  prepare = (engine) => {
    engine.snapshots.kept = makeSnapshot({ uid: 'kept' });
  };
  await makeHost().ready();
  assert.deepEqual([...(await store.bodyOwners())], ['kept']);
});

test('a crash boots another engine, in an epoch of its own', async () => {
  mock.method(console, 'error', () => {});
  const host = makeHost();
  await host.ready();
  const { epoch } = host;
  engines[0].reactions.tick = () => {
    throw makeAssertion();
  };
  host.feed((engine, now) => engine.tick(now));
  const session = await host.ready();
  assert.equal(engines.length, 2);
  assert.equal(session.isOver, false);
  assert.notEqual(host.epoch, epoch);
});

test('an engine that crashes whenever it starts is given up', async () => {
  mock.method(console, 'error', () => {});
  prepare = (engine) => {
    engine.reactions.start = () => {
      throw makeAssertion();
    };
  };
  const host = makeHost();
  await assert.rejects(host.ready(), { name: 'UnknownError' });
  await assert.rejects(host.ready(), { name: 'UnknownError' });
  assert.equal(engines.length, 4);
});

test('a boot that fails for the store is tried again by whoever asks next', async () => {
  const host = makeHost();
  mock.method(indexedDB, 'open', () => {
    throw new DOMException('denied', 'SecurityError');
  });
  await assert.rejects(host.ready(), { name: 'StorageError' });
  mock.restoreAll();
  await host.ready();
  assert.equal(engines.length, 1);
});

test('a lock that was refused once is asked for again', async () => {
  const host = makeHost();
  const { request } = locks;
  locks.request = async () => {
    throw new DOMException('The document is not fully active.', 'InvalidStateError');
  };
  await assert.rejects(host.ready(), { name: 'InvalidStateError' });
  locks.request = request;
  await host.ready();
  assert.equal(engines.length, 1);
});

test('an event that is under way during a crash is not dispatched again', async () => {
  mock.method(console, 'error', () => {});
  /** @type {(() => void)[]} */
  const ends = [];
  const host = makeHost(() => new Promise((resolve) => ends.push(() => resolve(false))));
  prepare = (engine) => {
    engine.snapshots.a = makeSnapshot({ uid: 'a' });
    engine.command({ type: 'deliver', uid: 'a', event: 'success' });
  };
  await host.ready();
  engines[0].reactions.tick = () => {
    throw makeAssertion();
  };
  host.feed((engine, now) => engine.tick(now));
  await host.ready();
  assert.equal(ends.length, 1);
  ends[0]();
  await host.deliveriesEnded();
  await promisesSettle();
  assert.deepEqual(engines[1].told('eventDelivered'), [['eventDelivered', 'a', false]]);
  assert.deepEqual(engines[0].told('eventDelivered'), []);
});

test('when nothing is left the engine is put away, and its mark with it', async () => {
  const host = makeHost();
  const session = await host.ready();
  engines[0].command({ type: 'sync-journal' });
  host.feed((engine, now) => engine.tick(now));
  while (!(await isJournalStored(journalPath(scope)))) await promisesSettle();
  const { epoch } = host;
  mock.timers.enable({ apis: ['setTimeout'] });
  engines[0].empty = true;
  host.feed((engine, now) => engine.tick(now));
  mock.timers.tick(1_000);
  mock.timers.reset();
  assert.equal(session.isOver, true);
  assert.equal(host.session, null);
  assert.notEqual(host.epoch, epoch);
  assert.equal(await host.wake(), false);
  assert.equal(await isJournalStored(journalPath(scope)), false);
  // Nothing that WebKit might never delete was to be deleted.
  assert.ok((await databaseNames()).includes(journalPath(scope)));
  // The lock is free: another host gets it at once.
  await makeHost().ready();
});

test('who has lost the lock while it put its engine away empties no journal', async () => {
  const store = new BodyStore(scope);
  const host = new Host({ scope, createCore, store, deliver: async () => false });
  await host.ready();
  engines[0].command({ type: 'sync-journal' });
  engines[0].empty = true;
  let answer = () => {};
  const isAsked = new Promise((resolve) => {
    mock.method(store, 'isEmpty', () => {
      resolve(null);
      return new Promise((isEmpty) => (answer = () => isEmpty(true)));
    });
  });
  host.feed((engine, now) => engine.tick(now));
  await isAsked;
  await new Promise((resolve) => locks.request('', { steal: true }, async () => resolve(null)));
  answer();
  // It waits for the lock, behind what it had to put away.
  await host.ready();
  assert.equal(await isJournalStored(journalPath(scope)), true);
});

test('no engine is put away while somebody uses it', async () => {
  const host = makeHost();
  let end = () => {};
  const session = await host.ready();
  const using = host.use(() => new Promise((resolve) => (end = () => resolve(null))));
  mock.timers.enable({ apis: ['setTimeout'] });
  engines[0].empty = true;
  host.feed((engine, now) => engine.tick(now));
  mock.timers.tick(1_000);
  assert.equal(session.isOver, false);
  end();
  await using;
  mock.timers.tick(1_000);
  mock.timers.reset();
  assert.equal(session.isOver, true);
});

test('the lock of a worker that hangs is taken away in the end', async () => {
  const first = makeHost();
  const session = await first.ready();
  mock.timers.enable({ apis: ['setTimeout'] });
  const ready = makeHost().ready();
  await promisesSettle();
  mock.timers.tick(5_000);
  await ready;
  assert.equal(session.isOver, true);
  assert.equal(engines.length, 2);
  // It takes it back from nobody.
  first.ready();
  await promisesSettle();
  mock.timers.tick(60_000);
  await promisesSettle();
  mock.timers.reset();
  assert.equal(engines.length, 2);
});

for (const name of [journalPath, bodyStoreName]) {
  test(`a database deleted by others brings another engine: ${name.name}`, async () => {
    const store = new BodyStore(scope);
    const host = new Host({ scope, createCore, store, deliver: async () => {} });
    const session = await host.ready();
    await deleteDatabase(name(scope));
    await promisesSettle();
    const next = await host.ready();
    assert.notEqual(next, session);
    assert.equal(session.isOver, true);
    assert.deepEqual(steps, ['load', 'engine', 'save', 'load', 'engine']);
  });
}
