import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { openPageChannel } from '../../js/page/channel.js';
import { kSyncTag } from '../../js/shared/background-sync.js';
import { kHelloTimeoutMs, kNextAnswerMs } from '../../js/shared/messages.js';
import { makeSnapshot } from './fake-channel.mjs';
import { FakeWorker, makeHello, makeNews, messagesArrive } from './fake-worker.mjs';

/** Engines stop a worker that nobody has asked anything for about so long. */
const kIdleWorkerMs = 30_000;

/** @type {FakeWorker} */
let worker;
/** @type {any} */
let registration;
/** @type {import('../../js/page/channel.js').PageChannel} */
let channel;
/** @type {any[]} */
let heard;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  worker = new FakeWorker();
  worker.answers.hello = makeHello();
  registration = { active: worker, waiting: null };
  channel = openPageChannel(registration);
  heard = [];
  channel.watch((news) => heard.push(news));
});

afterEach(() => {
  channel.suspend();
  worker.close();
  mock.timers.reset();
});

/** What a question came to, as far as it is known. @param {Promise<any>} promise */
function follow(promise) {
  /** @type {{value?: any, error?: any}} */
  const outcome = {};
  promise.then(
    (value) => Object.assign(outcome, { value }),
    (error) => Object.assign(outcome, { error }),
  );
  return outcome;
}

/** Another worker takes over: the old one turns redundant some tasks earlier. */
async function replaceWorker() {
  const successor = new FakeWorker();
  successor.answers.hello = makeHello({ epoch: 'epoch-2' });
  registration.waiting = successor;
  worker.become('redundant');
  await messagesArrive();
  Object.assign(registration, { active: successor, waiting: null });
  successor.become('activating');
  worker.close();
  worker = successor;
}

test('a question is preceded by one hello to each worker', async () => {
  worker.answers.getIds = ['film'];
  assert.deepEqual(await channel.ask('getIds', {}), ['film']);
  assert.deepEqual(await channel.ask('getIds', {}), ['film']);
  assert.deepEqual(
    worker.questions.map(({ name }) => name),
    ['hello', 'getIds', 'getIds'],
  );
});

test('an error in an answer is a rejection', async () => {
  worker.answers.checkId = new DOMException('denied', 'NotAllowedError');
  await assert.rejects(channel.ask('checkId', { id: 'a' }), {
    name: 'NotAllowedError',
    message: 'denied',
  });
});

test('without an active worker nothing is active, and nothing can be started', async () => {
  registration.active = null;
  assert.deepEqual(await channel.ask('getIds', {}), []);
  assert.equal(await channel.ask('get', { id: 'film' }), null);
  assert.equal(await channel.ask('abort', { uid: 'uid-1' }), false);
  await assert.rejects(channel.ask('checkId', { id: 'film' }), TypeError);
});

test('a worker that does not answer the hello is a TypeError in time', async () => {
  delete worker.answers.hello;
  const outcome = follow(channel.ask('getIds', {}));
  await messagesArrive();
  mock.timers.tick(kHelloTimeoutMs - 1);
  await messagesArrive();
  assert.deepEqual(outcome, {});
  mock.timers.tick(1);
  await messagesArrive();
  assert.equal(outcome.error.name, 'TypeError');
  assert.match(outcome.error.message, /sw\.js does not run background-fetch-polyfill/);
});

test('a worker that was slow to start is asked again', async () => {
  delete worker.answers.hello;
  const outcome = follow(channel.ask('getIds', {}));
  await messagesArrive();
  mock.timers.tick(kHelloTimeoutMs);
  await messagesArrive();
  assert.equal(outcome.error.name, 'TypeError');
  worker.answers = { hello: makeHello(), getIds: [] };
  assert.deepEqual(await channel.ask('getIds', {}), []);
});

test('a worker that has answered before is given time when it starts slowly', async () => {
  worker.answers.getIds = [];
  await channel.ask('getIds', {});
  delete worker.answers.hello;
  void channel.wake();
  const outcome = follow(channel.ask('getIds', {}));
  await messagesArrive();
  for (let hellos = 0; hellos < 5; hellos += 1) {
    mock.timers.tick(kHelloTimeoutMs);
    await messagesArrive();
  }
  assert.deepEqual(outcome, {});
  worker.asked('hello').at(-1)?.answer(makeHello());
  await messagesArrive();
  assert.deepEqual(outcome, { value: [] });
});

test('a worker that cannot be started any more is a TypeError in the end', async () => {
  const outcome = follow(channel.ask('abort', { uid: 'a' }));
  await messagesArrive();
  delete worker.answers.hello;
  for (let seconds = 0; seconds < 150; seconds += 5) {
    mock.timers.tick(5_000);
    await messagesArrive();
  }
  assert.equal(outcome.error.name, 'TypeError');
  assert.match(outcome.error.message, /does not answer any more/);
});

test('a worker of another version is a TypeError', async () => {
  worker.answers.hello = makeHello({ version: 99 });
  await assert.rejects(channel.ask('getIds', {}), { name: 'TypeError', message: /version/ });
});

test('a question open while the worker is replaced is asked of the new one', async () => {
  const outcome = follow(channel.ask('abort', { uid: 'a' }));
  await messagesArrive();
  assert.equal(worker.asked('abort').length, 1);
  await replaceWorker();
  worker.answers.abort = true;
  await messagesArrive();
  assert.deepEqual(outcome, { value: true });
});

test('a question open while the registration is removed is rejected', async () => {
  const outcome = follow(channel.ask('match', { uid: 'a', query: null }));
  await messagesArrive();
  worker.become('redundant');
  await messagesArrive();
  mock.timers.tick(2_000);
  await messagesArrive();
  assert.equal(outcome.error.name, 'TypeError');
});

test('a question lost with a killed worker is asked again of its next start', async () => {
  const outcome = follow(channel.ask('abort', { uid: 'a' }));
  await messagesArrive();
  worker.answers = { hello: makeHello({ epoch: 'epoch-2' }), abort: true };
  mock.timers.tick(kNextAnswerMs);
  await messagesArrive();
  assert.deepEqual(outcome, { value: true });
});

test('an abort that was lost says so when it is asked again', async () => {
  const outcome = follow(channel.ask('abort', { uid: 'a' }));
  await messagesArrive();
  worker.answers = { hello: makeHello({ epoch: 'epoch-2' }), abort: true };
  mock.timers.tick(kNextAnswerMs);
  await messagesArrive();
  assert.deepEqual(outcome, { value: true });
  assert.deepEqual(
    worker.asked('abort').map(({ fields }) => fields),
    [{ uid: 'a' }, { uid: 'a', repeated: true }],
  );
});

test('a question that takes long in a living worker is asked once', async () => {
  const outcome = follow(channel.ask('abort', { uid: 'a' }));
  await messagesArrive();
  mock.timers.tick(3 * kNextAnswerMs);
  await messagesArrive();
  assert.equal(worker.asked('abort').length, 1);
  worker.asked('abort')[0].answer(true);
  await messagesArrive();
  assert.deepEqual(outcome, { value: true });
});

test('without work nothing is asked and no port is open', async () => {
  await channel.wake();
  await messagesArrive();
  assert.equal(worker.openPorts, 0);
  assert.equal(worker.asked('next').length, 0);
});

test('while there is work one question is open, until there is none', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await channel.wake();
  await messagesArrive();
  assert.equal(worker.asked('next').length, 1);
  const snapshot = makeSnapshot({ downloaded: 5 });
  worker.asked('next')[0].answer(makeNews({ sequence: 7, changes: [snapshot] }));
  await messagesArrive();
  assert.equal(worker.asked('next').length, 2);
  assert.deepEqual(worker.asked('next')[1].fields, { epoch: 'epoch-1', since: 7, watching: [] });
  worker.asked('next')[1].answer(makeNews({ sequence: 8, working: false, gone: ['b'] }));
  await messagesArrive();
  assert.equal(worker.asked('next').length, 2);
  assert.deepEqual(heard, [
    { changes: [snapshot], gone: [] },
    { changes: [], gone: ['b'] },
  ]);
});

test('a fetch that was registered starts the questions', async () => {
  worker.answers.fetch = makeSnapshot();
  await channel.ask('fetch', { uid: 'a', options: /** @type {any} */ ({}), requests: [] });
  await messagesArrive();
  assert.equal(worker.asked('next').length, 1);
});

test('the first question that watches a fetch asks for all its news', async () => {
  /** @type {string[]} */
  const uids = [];
  channel.keepWatching(() => [...uids]);
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  uids.push('a');
  for (const sequence of [7, 8]) {
    worker.asked('next').at(-1)?.answer(makeNews({ sequence }));
    await messagesArrive();
  }
  assert.deepEqual(
    worker.asked('next').map(({ fields }) => [fields.since, fields.watching]),
    [
      [0, []],
      [0, ['a']],
      [8, ['a']],
    ],
  );
});

test('a `next` that is not answered means a dead worker: asked again', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  mock.timers.tick(kNextAnswerMs);
  await messagesArrive();
  assert.equal(worker.asked('next').length, 1);
  mock.timers.tick(kNextAnswerMs);
  await messagesArrive();
  assert.equal(worker.asked('next').length, 2);
});

test('the questions go on with the worker that takes over', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  await replaceWorker();
  await messagesArrive();
  assert.deepEqual(
    worker.questions.map(({ name }) => name),
    ['hello', 'next'],
  );
});

test('after an answer that is an error, the next question waits for another worker', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  worker.asked('next')[0].answer(new TypeError('broken'));
  await messagesArrive();
  mock.timers.tick(kIdleWorkerMs);
  await messagesArrive();
  assert.equal(worker.asked('next').length, 1);
  mock.timers.tick(kIdleWorkerMs);
  await messagesArrive();
  assert.equal(worker.asked('next').length, 2);
});

test('after an answer that is an error, a hello that tells of work asks at once', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  worker.asked('next')[0].answer(new TypeError('broken'));
  await messagesArrive();
  await channel.wake();
  await messagesArrive();
  assert.equal(worker.asked('next').length, 2);
});

test('after hellos without an answer the questions go on, and whoever waits asks', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  delete worker.answers.hello;
  void channel.wake();
  await messagesArrive();
  worker.asked('next')[0].answer(makeNews());
  for (let seconds = 0; seconds < 60; seconds += 5) {
    await messagesArrive();
    mock.timers.tick(5_000);
  }
  await messagesArrive();
  assert.deepEqual(heard.slice(1), [{ changes: [], gone: [], isSilent: true }]);
  assert.equal(worker.asked('next').length, 1);
  worker.answers.hello = makeHello({ working: true });
  mock.timers.tick(2 * kIdleWorkerMs);
  await messagesArrive();
  assert.equal(worker.asked('next').length, 2);
});

test('with a worker of another version the questions end, which is said once', async (context) => {
  const { mock: warn } = context.mock.method(console, 'warn', () => {});
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  worker.answers.hello = makeHello({ version: 99 });
  await channel.wake();
  worker.asked('next')[0].answer(makeNews());
  await messagesArrive();
  assert.deepEqual(heard.slice(1), [{ changes: [], gone: [], isSilent: true }]);
  const hellos = worker.asked('hello').length;
  mock.timers.tick(2 * kIdleWorkerMs);
  await messagesArrive();
  assert.equal(worker.asked('hello').length, hellos);
  channel.suspend();
  channel.resume();
  await messagesArrive();
  assert.match(warn.calls.map(({ arguments: [error] }) => error).join(), /^[^,]* this version [^,]*$/);
});

test('a fetch that is found starts the questions', async () => {
  worker.answers.get = null;
  await channel.ask('get', { id: 'film' });
  await messagesArrive();
  assert.equal(worker.asked('next').length, 0);
  worker.answers.get = makeSnapshot();
  await channel.ask('get', { id: 'film' });
  await messagesArrive();
  assert.equal(worker.asked('next').length, 1);
});

test('work of a registration that is removed is gone', async () => {
  channel.keepWatching(() => ['a']);
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  worker.become('redundant');
  await messagesArrive();
  registration.active = null;
  mock.timers.tick(2_000);
  await messagesArrive();
  assert.deepEqual(heard, [{ changes: [], gone: ['a'] }]);
});

test('a page that goes says so once when there is work, and keeps no port open', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  assert.equal(worker.openPorts, 1);
  channel.suspend();
  await messagesArrive();
  assert.equal(worker.openPorts, 0);
  assert.equal(worker.asked('last').length, 1);
  assert.equal(worker.asked('next').length, 1);
});

test('only a page that watches work wakes the worker', async () => {
  await channel.wakeIfWorking();
  assert.equal(worker.asked('hello').length, 0);
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  channel.wakeIfWorking();
  await messagesArrive();
  assert.equal(worker.asked('hello').length, 2);
});

test('a page that goes without work says nothing', async () => {
  await channel.wake();
  channel.suspend();
  assert.equal(worker.asked('last').length, 0);
});

test('a page that comes back asks again', async () => {
  worker.answers.hello = makeHello({ working: true });
  await channel.wake();
  await messagesArrive();
  channel.suspend();
  await messagesArrive();
  channel.resume();
  await messagesArrive();
  assert.equal(worker.asked('hello').length, 2);
  assert.equal(worker.asked('next').length, 2);
});

test('Background Sync is asked for when work begins, and by a page that leaves it', async () => {
  /** @type {string[]} */
  const asked = [];
  registration.sync = { register: async (/** @type {string} */ tag) => asked.push(tag) };
  registration.periodicSync = { register: () => Promise.reject(new Error('not granted')) };
  worker.answers.fetch = makeSnapshot();
  for (const uid of ['a', 'b']) {
    await channel.ask('fetch', { uid, options: /** @type {any} */ ({}), requests: [] });
  }
  await messagesArrive();
  assert.deepEqual(asked, [kSyncTag]);
  channel.suspend();
  assert.deepEqual(asked, [kSyncTag, kSyncTag]);
});
