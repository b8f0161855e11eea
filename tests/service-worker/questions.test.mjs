import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { makeError } from '../../js/shared/errors.js';
import { StorageError } from '../../js/service-worker/database.js';
import { Questions } from '../../js/service-worker/questions.js';
import { makeSnapshot } from '../page/fake-channel.mjs';
import { FakeEngine, promisesSettle } from './fake-engine.mjs';

/** @type {FakeEngine} */
let engine;
/** @type {any} */
let session;
/** @type {any} */
let store;
/** @type {string[]} What was done, in order. */
let done;
/** @type {string[]} Clients that the news desk expects. */
let expected;
/** @type {(asker: string) => Promise<void>} */
let tellWorkBegan;
/** @type {Questions} */
let questions;

beforeEach(() => {
  done = [];
  expected = [];
  engine = new FakeEngine();
  engine.working = false;
  session = {
    query: (/** @type {any} */ question) => question(engine),
    request: async () => {
      done.push('register');
      engine.snapshots['uid-1'] = makeSnapshot();
      return makeSnapshot();
    },
  };
  store = {
    room: async () => 1000,
    putBodies: async () => done.push('putBodies'),
    deleteFetch: async () => done.push('deleteFetch'),
  };
  tellWorkBegan = async (asker) => {
    done.push(`tell all but ${asker}`);
  };
  const host = /** @type {any} */ ({ ready: async () => session, readyIfAny: async () => session });
  questions = new Questions({
    host,
    store,
    newsDesk: /** @type {any} */ ({ expect: (/** @type {string} */ name) => expected.push(name) }),
    tellWorkBegan: (asker) => tellWorkBegan(asker),
  });
});

/** @param {number} [downloadTotal] */
function fetch(downloadTotal = 0) {
  return questions.answer(
    'fetch',
    { uid: 'uid-1', options: /** @type {any} */ ({ downloadTotal }), requests: [] },
    'client-1',
  );
}

test('a fetch is registered when its bodies are stored, then pages are told', async () => {
  assert.deepEqual(await fetch(), makeSnapshot());
  assert.deepEqual(done, ['putBodies', 'register', 'tell all but client-1']);
});

test('pages that watch other work already are not told', async () => {
  engine.working = true;
  await fetch();
  assert.deepEqual(done, ['putBodies', 'register']);
});

test('a fetch asked twice is registered once', async () => {
  assert.deepEqual(await Promise.all([fetch(), fetch()]), [makeSnapshot(), makeSnapshot()]);
  await fetch();
  assert.equal(done.filter((what) => what === 'register').length, 1);
});

test('a durable fetch stays so when pages cannot be told', async () => {
  tellWorkBegan = async () => {
    throw new DOMException('', 'InvalidStateError');
  };
  assert.deepEqual(await fetch(), makeSnapshot());
  assert.deepEqual(done, ['putBodies', 'register']);
});

test('bodies of a fetch that the engine rejects are deleted', async () => {
  session.request = async () => {
    throw makeError('TypeError', 'active');
  };
  await assert.rejects(fetch(), { name: 'TypeError', message: 'active' });
  assert.deepEqual(done, ['putBodies', 'deleteFetch']);
});

test('a fetch that was durable before the engine failed is registered', async () => {
  session.request = async () => {
    engine.snapshots['uid-1'] = makeSnapshot();
    throw makeError('UnknownError', 'crashed');
  };
  assert.deepEqual(await fetch(), makeSnapshot());
  assert.deepEqual(done, ['putBodies', 'tell all but client-1']);
});

test('bodies for which there is no room are a QuotaExceededError', async () => {
  store.putBodies = async () => {
    throw new StorageError(new DOMException('full', 'QuotaExceededError'));
  };
  await assert.rejects(fetch(), { name: 'QuotaExceededError' });
  await promisesSettle();
  assert.deepEqual(done, []);
});

test('a downloadTotal for which there is no room is a QuotaExceededError', async () => {
  await assert.rejects(fetch(1001), { name: 'QuotaExceededError' });
  assert.deepEqual(done, []);
  await fetch(1000);
});

test('an unknown downloadTotal needs no room, nor one too large to be meant', async () => {
  store.room = async () => -1;
  await fetch(0);
  await fetch(Number.MAX_SAFE_INTEGER);
});

test('a page that is told of a fetch is expected to ask for its news', async () => {
  Object.assign(engine, { activeUid: (/** @type {string} */ id) => (id === 'film' ? 'uid-1' : '') });
  await questions.answer('get', { id: 'film' }, 'client-1');
  assert.deepEqual(expected, []);
  await fetch();
  assert.deepEqual(expected, ['client-1']);
  await questions.answer('get', { id: 'film' }, 'client-2');
  assert.deepEqual(expected, ['client-1', 'client-2']);
});

test('without recordsAvailable nothing matches, but responses are there while stored', async () => {
  const gone = makeSnapshot({ recordsAvailable: false });
  const state = { record: 0, generation: 0, state: 'failed', length: 0 };
  Object.assign(engine, { recordState: () => state });
  engine.snapshots['uid-1'] = gone;
  const match = () => questions.answer('match', { uid: 'uid-1', query: null }, '');
  const responses = () => questions.answer('responses', { uid: 'uid-1', records: [0] }, '');
  await assert.rejects(match(), { name: 'InvalidStateError' });
  assert.equal((await responses())[0].error?.name, 'TypeError');
  engine.snapshots = {};
  await assert.rejects(match(), { name: 'InvalidStateError' });
  await assert.rejects(responses(), { name: 'AbortError' });
});
