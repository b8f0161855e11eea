import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { makeError } from '../../js/shared/errors.js';
import { kNextAnswerMs } from '../../js/shared/messages.js';
import { now } from '../../js/service-worker/clock.js';
import { StorageError } from '../../js/service-worker/database.js';
import { Questions } from '../../js/service-worker/questions.js';
import { makeSnapshot } from '../page/fake-channel.mjs';
import { FakeEngine, promisesSettle } from './fake-engine.mjs';

/** @type {FakeEngine} */
let engine;
/** @type {any} */
let session;
/** @type {any} */
let host;
/** @type {any} */
let store;
/** @type {string[]} What was done, in order. */
let done;
/** Ends what the news desk holds the worker for. */
let endLast = () => {};
/** @type {any[]} What clicks were dispatched with. */
let clicked;
/** @type {string[]} Clients that the news desk expects. */
let expected;
/** What comes of waiting for an announcement. @type {(until: number) => Promise<void>} */
let wait;
/** @type {Questions} */
let questions;

beforeEach(() => {
  mock.timers.reset();
  mock.restoreAll();
  done = [];
  expected = [];
  clicked = [];
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
    putBodies: async () => done.push('putBodies'),
    deleteFetch: async () => done.push('deleteFetch'),
    responses: async () => [],
  };
  host = /** @type {any} */ ({
    epoch: 'one',
    ready: async () => session,
    hasRoom: async () => true,
    readyIfAny: async () => session,
    use: (/** @type {any} */ work) => work(),
    wake: async () => false,
  });
  questions = new Questions({
    host,
    store,
    newsDesk: /** @type {any} */ ({
      expect: (/** @type {string} */ name) => expected.push(name),
      last: () => new Promise((resolve) => (endLast = () => resolve(null))),
      announcement: (/** @type {number} */ until) => wait(until),
    }),
    tellWorkBegan: () => done.push('tell'),
    dispatchClick: async (snapshot) => clicked.push(snapshot),
  });
});

function fetch() {
  return questions.answer(
    'fetch',
    { uid: 'uid-1', options: /** @type {any} */ ({}), requests: [] },
    'client-1',
  );
}

test('a fetch is registered when its bodies are stored, then pages are told', async () => {
  assert.deepEqual(await fetch(), makeSnapshot());
  assert.deepEqual(done, ['putBodies', 'register', 'tell']);
});

/** @param {() => Promise<StorageEstimate>} estimate */
async function roomTold(estimate) {
  /** @type {number[]} */
  const told = [];
  // Not in every Node.
  const { navigator = {} } = /** @type {any} */ (globalThis);
  const fake = { configurable: true, value: { storage: { estimate } } };
  Object.defineProperty(globalThis, 'navigator', fake);
  session.request = async (/** @type {any} */ event) => {
    event(1, { register: (/** @type {any[]} */ ...fields) => told.push(fields[4]) }, 0);
    return makeSnapshot();
  };
  await fetch();
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: navigator });
  return told;
}

test('what the store may still take is told with a fetch', async () => {
  assert.deepEqual(await roomTold(async () => ({ quota: 100.5, usage: 40 })), [60]);
  assert.deepEqual(await roomTold(async () => ({ quota: 100, usage: 140 })), [0]);
});

test('without an estimate a fetch is not refused', async () => {
  assert.deepEqual(await roomTold(async () => ({})), [Number.MAX_SAFE_INTEGER]);
  const fails = () => Promise.reject(new TypeError('no estimate'));
  assert.deepEqual(await roomTold(fails), [Number.MAX_SAFE_INTEGER]);
});

test('what the core says of an id is what the app hears', async () => {
  const error = { name: 'TypeError', message: 'active' };
  Object.assign(engine, { checkId: (/** @type {string} */ id) => (id === 'film' ? error : null) });
  await assert.rejects(questions.answer('checkId', { id: 'film' }, ''), error);
  assert.equal(await questions.answer('checkId', { id: 'song' }, ''), null);
});

test('engines come and go, and no open question is lost with them', async () => {
  const { epoch } = await questions.answer('hello', {}, 'client-1');
  host.epoch = 'another';
  assert.equal((await questions.answer('hello', {}, 'client-1')).epoch, epoch);
});

test('where nothing is stored no engine is booted to say so', async () => {
  host.readyIfAny = async () => null;
  host.ready = () => assert.fail('booted');
  assert.equal(await questions.answer('abort', { uid: 'uid-1' }, ''), false);
  assert.equal(await questions.answer('pause', { uid: 'uid-1', paused: true }, ''), false);
  const match = questions.answer('match', { uid: 'uid-1', query: null }, '');
  await assert.rejects(match, { name: 'InvalidStateError' });
  await assert.rejects(responses(), { name: 'AbortError' });
  await assert.rejects(read(0), { name: 'AbortError' });
});

test('a click tells the fetch as it is, or as it was shown where it is forgotten', async () => {
  const shown = makeSnapshot({ downloaded: 5 });
  engine.snapshots['uid-1'] = makeSnapshot({ downloaded: 10 });
  assert.equal(await questions.answer('click', { snapshot: shown }, 'client-1'), null);
  engine.snapshots = {};
  await questions.answer('click', { snapshot: shown }, 'client-1');
  host.readyIfAny = async () => null;
  await questions.answer('click', { snapshot: shown }, 'client-1');
  assert.deepEqual(clicked.map(({ downloaded, recordsAvailable }) => [downloaded, recordsAvailable]),
    [[10, true], [5, false], [5, false]]);
});

test('pause and resume are one question, and the core says what came of it', async () => {
  session.request = async (/** @type {any} */ event) => {
    event(7, engine, 0);
    return true;
  };
  assert.equal(await questions.answer('pause', { uid: 'uid-1', paused: true }, ''), true);
  assert.equal(await questions.answer('pause', { uid: 'uid-1', paused: false }, ''), true);
  assert.deepEqual(engine.told('setPaused'), [
    ['setPaused', 7, 'uid-1', true],
    ['setPaused', 7, 'uid-1', false],
  ]);
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
  assert.deepEqual(done, ['putBodies', 'tell']);
});

test('where a fetch might never end, none is begun', async () => {
  host.hasRoom = async () => false;
  await assert.rejects(fetch(), { name: 'QuotaExceededError' });
  assert.deepEqual(done, []);
});

test('bodies for which there is no room are a QuotaExceededError, and none stays', async () => {
  store.putBodies = async () => {
    throw new StorageError(new DOMException('full', 'QuotaExceededError'));
  };
  await assert.rejects(fetch(), { name: 'QuotaExceededError' });
  await promisesSettle();
  assert.deepEqual(done, ['deleteFetch']);
});

test('a page\'s question for news holds the worker until the next one, others do not', async () => {
  await questions.held('getIds');
  let isOver = false;
  questions.held('next').then(() => (isOver = true));
  await promisesSettle();
  assert.equal(isOver, false);
  endLast();
  await promisesSettle();
  assert.equal(isOver, true);
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
  Object.assign(engine, { recordStates: () => [state] });
  engine.snapshots['uid-1'] = gone;
  const match = () => questions.answer('match', { uid: 'uid-1', query: null }, '');
  const responses = () => questions.answer('responses', { uid: 'uid-1', records: [0] }, '');
  await assert.rejects(match(), { name: 'InvalidStateError' });
  assert.equal((await responses())[0].error?.name, 'TypeError');
  engine.snapshots = {};
  await assert.rejects(match(), { name: 'InvalidStateError' });
  await assert.rejects(responses(), { name: 'AbortError' });
});

// --- Responses ---------------------------------------------------------------

/** @type {{status: number, headers: string[][]}} */
const kHead = { status: 200, headers: [] };

/** The record is so; its body holds its own letters. @param {object} state */
function record(state) {
  engine.snapshots['uid-1'] = makeSnapshot();
  const full = { record: 0, generation: 3, state: 'open', length: 0, total: 8, ...state };
  /** @type {any} */ (engine).recordStates =
    (/** @type {string} */ _, /** @type {number[]} */ indexes) => indexes.map(() => full);
  store.responses = async (/** @type {string} */ uid, /** @type {any[]} */ wanted) =>
    Promise.all(wanted.map(async ({ generation, bodyBytes }) => ({
      head: kHead,
      body: bodyBytes === null ? null : await store.part({ uid, generation }, 0, bodyBytes),
    })));
  store.part = async (/** @type {any} */ owner, /** @type {number} */ begin,
    /** @type {number} */ end) => {
    assert.equal(owner.generation, full.generation);
    return new Blob(['abcdefgh'.slice(begin, end)]);
  };
}

function responses() {
  return questions.answer('responses', { uid: 'uid-1', records: [0] }, 'client-1');
}

/** @param {number} offset @param {number} [generation] */
async function read(offset, generation = 3) {
  const fields = { uid: 'uid-1', record: 0, generation, offset };
  const { body, ...rest } = await questions.answer('read', fields, 'client-1');
  return { text: await body?.text(), ...rest };
}

test('a record is answered from its head on, with its body once that is whole', async () => {
  record({ state: 'pending' });
  assert.deepEqual(await responses(), []);
  record({ state: 'open', length: 4 });
  assert.deepEqual(await responses(),
    [{ record: 0, head: kHead, body: null, openGeneration: 3, total: 8, error: null }]);
  record({ state: 'complete', length: 4 });
  const [{ body, openGeneration }] = await responses();
  assert.equal(await body?.text(), 'abcd');
  assert.equal(openGeneration, null);
});

test('the headers that describe the transfer are not shown', async () => {
  const kept = ['etag', '"1"'];
  const headers = [
    ['content-range', 'bytes 0-3/4'], kept, ['content-length', '4'], ['content-encoding', 'gzip'],
  ];
  record({ state: 'complete', length: 4 });
  store.responses = async () => [{ head: { ...kHead, headers }, body: new Blob(['abcd']) }];
  const [{ head }] = await responses();
  assert.deepEqual(head?.headers, [kept]);
});

test('an open record whose head is being replaced is not answered', async () => {
  record({ state: 'open' });
  store.responses = async () => [new Error('missing')];
  assert.deepEqual(await responses(), []);
});

test('a record that was transferred says so', async () => {
  record({ state: 'transferred', length: 4 });
  const [{ error, head }] = await responses();
  assert.equal(error?.name, 'InvalidStateError');
  assert.equal(head, null);
  await assert.rejects(read(0), { name: 'InvalidStateError' });
});

test('a complete record whose bytes are lost is a TypeError, and its neighbours are not', async () => {
  record({ state: 'complete', length: 4 });
  store.responses = async () => [new Error('lost'), { head: kHead, body: new Blob(['abcd']) }];
  const [lost, whole] =
    await questions.answer('responses', { uid: 'uid-1', records: [0, 1] }, 'client-1');
  assert.deepEqual(lost.error, { name: 'TypeError', message: 'lost' });
  assert.equal(lost.head, null);
  assert.equal(await whole.body?.text(), 'abcd');
});

test('records without a response are answered in their place', async () => {
  record({});
  /** @type {any} */ (engine).recordStates =
    (/** @type {string} */ _, /** @type {number[]} */ indexes) => indexes.map((index) => ({
      record: index, generation: 0, state: index === 1 ? 'aborted' : 'complete', length: 4,
    }));
  store.responses = async (/** @type {string} */ _, /** @type {any[]} */ wanted) =>
    wanted.map(({ record: index }) => ({ head: { ...kHead, url: `${index}` }, body: null }));
  const answer =
    await questions.answer('responses', { uid: 'uid-1', records: [0, 1, 2] }, 'client-1');
  assert.deepEqual(answer.map(({ record: index, head, error }) => [index, head?.url, error?.name]),
    [[0, '0', undefined], [1, undefined, 'AbortError'], [2, '2', undefined]]);
});

test('what is stored without a gap is read at once', async () => {
  record({ length: 4 });
  assert.deepEqual(await read(1), { text: 'bcd', generation: 3, isEnd: false });
  record({ state: 'complete', length: 5 });
  assert.deepEqual(await read(1), { text: 'bcde', generation: 3, isEnd: true });
  assert.deepEqual(await read(5), { text: undefined, generation: 3, isEnd: true });
});

test('a reader that is ahead waits for news, and not for ever', async () => {
  record({ length: 4 });
  /** @type {number[]} */
  const waits = [];
  wait = async (until) => {
    waits.push(until);
    if (waits.length === 2) record({ length: 6 });
  };
  assert.deepEqual(await read(4), { text: 'ef', generation: 3, isEnd: false });
  assert.equal(waits.length, 2);
  wait = (until) => new Promise((resolve) => setTimeout(resolve, until - now()));
  mock.timers.enable({ apis: ['setTimeout'] });
  const late = read(6);
  await promisesSettle();
  const { now: realNow } = performance;
  mock.method(performance, 'now', () => realNow.call(performance) + kNextAnswerMs);
  mock.timers.tick(kNextAnswerMs);
  assert.deepEqual(await late, { text: undefined, generation: 3, isEnd: false });
});

test('a body that starts over, now or while it is read, says so', async () => {
  record({ generation: 4, state: 'pending' });
  assert.deepEqual(await read(2), { text: undefined, generation: 4, isEnd: false });
  record({ length: 4 });
  store.part = async () => {
    record({ generation: 4, state: 'pending' });
    throw new Error('gap');
  };
  assert.deepEqual(await read(2), { text: undefined, generation: 4, isEnd: false });
});

test('stored bytes that the browser has lost are a TypeError', async () => {
  record({ length: 4 });
  store.part = async () => {
    throw new Error('gap');
  };
  await assert.rejects(read(2), { name: 'TypeError', message: /lost/ });
});

for (const [state, name] of [
  ['aborted', 'AbortError'], ['failed', 'TypeError'], ['bad-status', 'TypeError'],
]) {
  test(`reading on when the record is ${state} is a ${name}`, async () => {
    record({ length: 4 });
    wait = async () => record({ state });
    await assert.rejects(read(4), { name });
  });
}

test('records gone for the app are read on, deleted ones are not', async () => {
  record({ state: 'complete', length: 4 });
  engine.snapshots['uid-1'] = makeSnapshot({ recordsAvailable: false });
  assert.equal((await read(0)).text, 'abcd');
  delete engine.snapshots['uid-1'];
  await assert.rejects(read(0), { name: 'AbortError' });
});
