import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { NewsDesk } from '../../js/service-worker/news-desk.js';
import { kNextAnswerMs } from '../../js/shared/messages.js';
import { makeSnapshot } from '../page/fake-channel.mjs';
import { promisesSettle } from './fake-engine.mjs';

/** @type {any} What the engine answers. */
let engine;
/** @type {any} */
let host;
/** @type {(sequence: number, mustBeHeard: boolean) => void} */
let announce;
/** @type {number[]} Announcements that the engine knows to be heard. */
let announced;
/** @type {NewsDesk} */
let desk;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
  engine = {
    sequence: () => 0,
    isWorking: () => true,
    changesSince: () => [],
    snapshot: () => makeSnapshot(),
    announced: (/** @type {number} */ sequence) => announced.push(sequence),
  };
  announced = [];
  const session = { query: (/** @type {any} */ question) => question(engine) };
  host = {
    epoch: 'epoch-1',
    watch: (/** @type {any} */ listener) => {
      announce = (sequence, mustBeHeard) => {
        engine.sequence = () => sequence;
        listener(sequence, mustBeHeard);
      };
    },
    readyIfAny: async () => session,
    wake: async () => (await host.readyIfAny())?.query((/** @type {any} */ e) => e.isWorking()) ?? false,
    feed: (/** @type {any} */ event) => event(engine, 0),
  };
  desk = new NewsDesk(host);
});

afterEach(() => mock.timers.reset());

/** @param {number} since @param {string} client */
function next(since, client = 'client-1', epoch = 'epoch-1') {
  /** @type {{news?: import('../../js/shared/messages.js').News}} */
  const answer = {};
  desk.next(client, { epoch, since, watching: ['a'] }).then((news) => (answer.news = news));
  return answer;
}

test('a question is open until something changes', async () => {
  const answer = next(0);
  await promisesSettle();
  assert.deepEqual(answer, {});
  engine.changesSince = (/** @type {number} */ since) => since === 0 && [makeSnapshot()];
  announce(1, false);
  await promisesSettle();
  assert.deepEqual(answer.news, {
    epoch: 'epoch-1', sequence: 1, working: true, changes: [makeSnapshot()], gone: [],
  });
});

test('without news a question is answered after the time that was promised', async () => {
  const answer = next(0);
  await promisesSettle();
  mock.timers.tick(kNextAnswerMs);
  await promisesSettle();
  assert.equal(answer.news?.sequence, 0);
});

test('what a page has missed is answered at once, as is a question without work', async () => {
  announce(5, false);
  const behind = next(4);
  engine.isWorking = () => false;
  const idle = next(5, 'client-2');
  await promisesSettle();
  assert.equal(behind.news?.sequence, 5);
  assert.equal(idle.news?.working, false);
});

test('sequence numbers of another epoch count for nothing', async () => {
  announce(3, false);
  const asked = mock.fn(() => []);
  engine.changesSince = asked;
  const answer = next(7, 'client-1', 'epoch-0');
  await promisesSettle();
  assert.equal(answer.news?.sequence, 3);
  assert.deepEqual(asked.mock.calls[0].arguments, [0]);
});

test('fetches that the worker does not know are gone', async () => {
  engine.snapshot = () => null;
  announce(1, false);
  const answer = next(0);
  await promisesSettle();
  assert.deepEqual(answer.news?.gone, ['a']);
});

test('an outcome is heard when every page has come back for more', async () => {
  next(0, 'client-1');
  next(0, 'client-2');
  await promisesSettle();
  announce(1, true);
  await promisesSettle();
  next(1, 'client-1');
  await promisesSettle();
  assert.deepEqual(announced, []);
  next(1, 'client-2');
  await promisesSettle();
  assert.deepEqual(announced, [1]);
});

test('an outcome waits for a page that was just told of its fetch', async () => {
  desk.expect('client-1');
  desk.expect('');
  announce(1, true);
  assert.deepEqual(announced, []);
  next(0, 'client-1');
  await promisesSettle();
  next(1, 'client-1');
  await promisesSettle();
  assert.deepEqual(announced, [1]);
});

test('a page whose question is open is not expected to ask another one', async () => {
  announce(3, false);
  next(3, 'client-1');
  await promisesSettle();
  desk.expect('client-1');
  announce(4, true);
  await promisesSettle();
  next(4, 'client-1');
  await promisesSettle();
  assert.deepEqual(announced, [4]);
});

test('an outcome that nobody listens for is heard', () => {
  announce(1, true);
  assert.deepEqual(announced, [1]);
});

test('a page that goes away while there is work is answered when it is done', async () => {
  let isOver = false;
  desk.last().then(() => (isOver = true));
  await promisesSettle();
  announce(1, false);
  await promisesSettle();
  assert.equal(isOver, false);
  engine.isWorking = () => false;
  announce(2, false);
  await promisesSettle();
  assert.equal(isOver, true);
});

test('as long as work is waited for, somebody looks for the network', async () => {
  let looks = 0;
  const { wake } = host;
  host.wake = () => {
    looks += 1;
    return wake();
  };
  desk.last();
  await promisesSettle();
  mock.timers.tick(kNextAnswerMs);
  await promisesSettle();
  assert.equal(looks, 2);
});

test('another worker that has the lock: no news, but a promise of work', async () => {
  host.readyIfAny = () => new Promise(() => {});
  const answer = next(4);
  await promisesSettle();
  mock.timers.tick(kNextAnswerMs);
  await promisesSettle();
  assert.deepEqual(answer.news, {
    epoch: 'epoch-1', sequence: 4, working: true, changes: [], gone: [],
  });
});

test('work that ends in time, and work that does not', async () => {
  /** @type {boolean[]} */
  const answers = [];
  desk.workEnds(2 * kNextAnswerMs).then((value) => answers.push(value));
  await promisesSettle();
  mock.timers.tick(kNextAnswerMs);
  await promisesSettle();
  assert.deepEqual(answers, []);
  engine.isWorking = () => false;
  announce(1, false);
  await promisesSettle();
  assert.deepEqual(answers, [true]);
  host.readyIfAny = async () => null;
  assert.equal(await desk.workEnds(0), true);
});

test('where nothing is stored everything is gone', async () => {
  host.readyIfAny = async () => null;
  const answer = next(4);
  await promisesSettle();
  assert.equal(answer.news?.working, false);
  assert.deepEqual(answer.news?.gone, ['a']);
});

test('what was taken away while a question was open is gone', async () => {
  const answer = next(4);
  await promisesSettle();
  host.readyIfAny = async () => null;
  host.onFenced();
  await promisesSettle();
  assert.deepEqual(answer.news?.gone, ['a']);
});
