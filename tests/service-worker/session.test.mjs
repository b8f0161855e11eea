import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { now } from '../../js/service-worker/clock.js';
import { StorageError } from '../../js/service-worker/database.js';
import { Session } from '../../js/service-worker/session.js';
import { FakeEngine, makeAssertion, promisesSettle } from './fake-engine.mjs';

/** @type {FakeEngine} */
let engine;
/** @type {any} */
let journal;
/** @type {any} */
let store;
/** @type {any} */
let reserve;
/** @type {any} */
let observer;
/** @type {Session} */
let session;

beforeEach(() => {
  mock.timers.reset();
  engine = new FakeEngine();
  journal = { sync: async () => {}, close: async () => {} };
  store = { deleteFetch: async () => {}, deleteGeneration: async () => {} };
  reserve = { lendTo: (/** @type {() => Promise<any>} */ work) => work() };
  observer = { announce() {}, deliver: async () => {}, crashed() {}, fed() {} };
  session = new Session({
    engine: /** @type {any} */ (engine), journal, store, reserve, observer,
  });
});

/** Any event: the engine answers it with the commands. @param {any[]} commands */
function cause(...commands) {
  session.feed(() => engine.turn(...commands));
}

test('an event that a command causes at once waits for the other commands', () => {
  /** @type {string[]} */
  const order = [];
  observer.announce = (/** @type {number} */ sequence) => {
    order.push(`announced ${sequence}`);
    session.feed(() => {
      order.push('event');
      return engine.turn();
    });
  };
  cause(
    { type: 'announce', sequence: 1, mustBeHeard: false },
    { type: 'announce', sequence: 2, mustBeHeard: false },
  );
  assert.deepEqual(order, ['announced 1', 'announced 2', 'event', 'event']);
});

test('an event costs one call of the core, whatever comes of it', async () => {
  /** @type {PropertyKey[]} */
  const calls = [];
  const counting = new Proxy(engine, {
    get: (_, name) => (/** @type {any[]} */ ...values) => {
      calls.push(name);
      return /** @type {any} */ (engine)[name](...values);
    },
  });
  engine.wake = Date.now() + 60_000;
  engine.reactions.online = () => engine.command({ type: 'sync-journal' });
  for (const traced of [undefined, counting]) {
    session = new Session({
      engine: /** @type {any} */ (counting), traced: /** @type {any} */ (traced),
      journal, store, reserve, observer,
    });
    session.feed((engine, now) => engine.online(true, now));
    await promisesSettle();
    assert.deepEqual(calls.splice(0), ['online', 'journalSynced']);
    await session.end(new Error('over'));
  }
});

test('a session says of its engine what the last turn said', () => {
  assert.equal(session.isEmpty, false);
  for (const isEmpty of [true, false]) {
    engine.empty = isEmpty;
    cause();
    assert.equal(session.isEmpty, isEmpty);
  }
});

test('an event that was refused leaves what the last turn said', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  engine.empty = true;
  engine.wake = now() + 1_000;
  cause();
  await assert.rejects(session.request(() => {
    throw new RangeError('not a value for the core');
  }), RangeError);
  assert.equal(session.isEmpty, true);
  mock.timers.tick(1_001);
  assert.deepEqual(engine.events, [['tick']]);
});

test('the engine is woken when its last turn said, and not for those before', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  observer.announce = () => {
    engine.wake = now() + 5_000;
    cause();
  };
  engine.wake = now() + 1_000;
  cause({ type: 'announce', sequence: 1, mustBeHeard: false });
  mock.timers.tick(2_000);
  assert.deepEqual(engine.events, []);
  mock.timers.tick(3_001);
  assert.deepEqual(engine.events, [['tick']]);
});

test('a release is answered when what it deletes is deleted', async () => {
  let finish = () => {};
  store.deleteGeneration = () => new Promise((resolve) => (finish = () => resolve(null)));
  /** @type {boolean[]} */
  const answers = [];
  session.request((token) => engine.turn(
    { type: 'delete-generation', owner: { uid: 'a', record: 0, generation: 0 } },
    { type: 'release-answered', token, released: true },
  )).then((answer) => answers.push(answer));
  await promisesSettle();
  assert.deepEqual(answers, []);
  finish();
  await promisesSettle();
  assert.deepEqual(answers, [true]);
});

test('a synced journal is told, and only when it is', async () => {
  let finish = () => {};
  journal.sync = () => new Promise((resolve) => (finish = () => resolve(null)));
  cause({ type: 'sync-journal' });
  await promisesSettle();
  assert.deepEqual(engine.events, []);
  finish();
  await promisesSettle();
  assert.deepEqual(engine.events, [['journalSynced']]);
});

test('a full store is told apart from one that fails otherwise', async () => {
  for (const [name, isQuota] of [['QuotaExceededError', true], ['AbortError', false]]) {
    journal.sync = async () => {
      throw new StorageError(new DOMException('', String(name)));
    };
    cause({ type: 'sync-journal' });
    await promisesSettle();
    assert.deepEqual(engine.events.pop(), ['journalSyncFailed', isQuota]);
  }
});

test('a journal that fails for another reason than the store ends the session', async () => {
  /** @type {unknown[]} */
  const crashes = [];
  observer.crashed = (/** @type {unknown} */ error) => crashes.push(error);
  const error = new TypeError('a bug');
  journal.sync = async () => {
    throw error;
  };
  cause({ type: 'sync-journal' });
  await promisesSettle();
  assert.deepEqual(crashes, [error]);
  assert.deepEqual(engine.events, []);
});

test('a fetch that the store would not delete is deleted for the engine', async () => {
  store.deleteFetch = async () => {
    throw new StorageError(null);
  };
  cause({ type: 'delete-fetch', uid: 'a' });
  await promisesSettle();
  assert.deepEqual(engine.events, [['fetchDeleted', 'a']]);
});

test('what ends a fetch may use the reserve', async () => {
  let lent = 0;
  reserve.lendTo = async (/** @type {() => Promise<any>} */ work) => {
    lent += 1;
    return work();
  };
  cause({ type: 'delete-generation', owner: { uid: 'a', record: 0, generation: 0 } });
  cause({ type: 'delete-fetch', uid: 'a' });
  cause({ type: 'sync-journal' });
  await promisesSettle();
  assert.equal(lent, 3);
});

test('what may be refused may not use the reserve', async () => {
  let lent = 0;
  reserve.lendTo = async (/** @type {() => Promise<any>} */ work) => {
    lent += 1;
    return work();
  };
  const registered = session.request(() => engine.turn(), true);
  cause({ type: 'sync-journal' });
  await promisesSettle();
  assert.deepEqual({ lent, events: engine.events }, { lent: 0, events: [['journalSynced']] });
  cause({ type: 'rejected', token: 1, error: 'UnknownError' });
  await assert.rejects(registered);
  cause({ type: 'sync-journal' });
  await promisesSettle();
  assert.equal(lent, 1);
});

test('an event is delivered when its lifetime has ended', async () => {
  let end = () => {};
  observer.deliver = () => new Promise((resolve) => (end = () => resolve(true)));
  cause({ type: 'deliver', uid: 'a', event: 'success' });
  await promisesSettle();
  assert.deepEqual(engine.events, []);
  end();
  await promisesSettle();
  assert.deepEqual(engine.events, [['eventDelivered', 'a', true]]);
});

test('a request is answered by its token, whatever else is answered before', async () => {
  const first = session.request((token, engine, now) => engine.abort(token, 'a', false, now));
  const second = session.request((token, engine, now) => engine.abort(token, 'b', false, now));
  cause(
    { type: 'abort-answered', token: 2, aborted: false },
    { type: 'abort-answered', token: 1, aborted: true },
  );
  assert.deepEqual(await Promise.all([first, second]), [true, false]);
});

test('what the engine rejects is a real error', async () => {
  engine.reactions.register = (token) =>
    engine.command({ type: 'rejected', token, error: { name: 'QuotaExceededError', message: 'full' } });
  await assert.rejects(
    session.request((token, engine, now) =>
      engine.register(token, 'a', /** @type {any} */ ({}), [], 0, now),
    ),
    { name: 'QuotaExceededError', message: 'full' },
  );
});

test('a failed assertion ends the session once, and leaves nobody waiting', async () => {
  const crashes = [];
  observer.crashed = (/** @type {unknown} */ error) => {
    crashes.push(error);
    session.end(new Error('over'));
  };
  const waiting = session.request(() => engine.turn());
  engine.reactions.tick = () => {
    throw makeAssertion();
  };
  session.feed((engine, now) => engine.tick(now));
  session.feed((engine, now) => engine.tick(now));
  await assert.rejects(waiting, { message: 'over' });
  assert.equal(crashes.length, 1);
  assert.equal(session.isOver, true);
});

test('a request of a session that is over is rejected', async () => {
  await session.end(new Error('over'));
  await assert.rejects(session.request(() => engine.turn()), { message: 'over' });
});

test('an argument that the border refuses is the asker\'s error, and no crash', async () => {
  observer.crashed = () => assert.fail('crashed');
  await assert.rejects(
    session.request(() => {
      throw new TypeError('not a number');
    }),
    TypeError,
  );
  assert.equal(session.isOver, false);
});
