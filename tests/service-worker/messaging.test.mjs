import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { makeError } from '../../js/shared/errors.js';
import { kBroadcastName, makeQuestion } from '../../js/shared/messages.js';
import { answerMessages } from '../../js/service-worker/messaging.js';
import { tellPages } from '../../js/service-worker/tell-pages.js';
import { promisesSettle } from './fake-engine.mjs';

/** @type {any} */
let worker;
/** @type {(...args: any[]) => any} Of a name, fields and a client. */
let answer;
/** @type {(name: string) => Promise<void>} */
let held;
let endDeliveries = () => {};
/** @type {unknown[]} What the app's own listener has seen. */
let seenByApp;
/** @type {Promise<unknown>[]} */
let extensions;
/** @type {any[]} */
let answers;

beforeEach(() => {
  worker = new EventTarget();
  seenByApp = [];
  extensions = [];
  answers = [];
  answer = () => true;
  held = async () => {};
  const questions = {
    answer: async (/** @type {any[]} */ ...args) => answer(...args),
    held: (/** @type {string} */ name) => held(name),
  };
  const deliveries = new Promise((resolve) => (endDeliveries = () => resolve(null)));
  answerMessages(worker, /** @type {any} */ (questions), (work) =>
    /** @type {any} */ (work.then(() => deliveries)));
  worker.addEventListener('message', (/** @type {any} */ { data }) => seenByApp.push(data));
});

/** As a port, which clones. @param {any} message */
function hear(message) {
  answers.push(structuredClone(message));
}

/** @param {unknown} data */
function post(data) {
  worker.dispatchEvent(Object.assign(new Event('message'), {
    data,
    source: { id: 'client-1' },
    ports: [{ postMessage: hear }],
    waitUntil: (/** @type {Promise<unknown>} */ promise) => extensions.push(promise),
  }));
}

test('a question is answered, and the app does not see it', async () => {
  answer = (...args) => args;
  post(makeQuestion('abort', { uid: 'a' }));
  await promisesSettle();
  assert.deepEqual(answers, [{ ok: true, value: ['abort', { uid: 'a' }, 'client-1'] }]);
  assert.deepEqual(seenByApp, []);
});

test('an answer that cannot be cloned is answered by an error', async () => {
  answer = () => () => {};
  post(makeQuestion('getIds', {}));
  await promisesSettle();
  assert.equal(answers.length, 1);
  assert.equal(answers[0].ok, false);
  assert.equal(answers[0].error.name, 'DataCloneError');
});

test('the app\'s own messages are the app\'s alone', async () => {
  const messages = ['text', null, 7, { type: 'mine' }, { backgroundFetchPolyfill: 'mine' }];
  for (const message of messages) post(message);
  await promisesSettle();
  assert.deepEqual(seenByApp, messages);
  assert.deepEqual(answers, []);
  assert.deepEqual(extensions, []);
});

test('an error crosses as its name and message', async () => {
  answer = () => {
    throw makeError('QuotaExceededError', 'full');
  };
  post(makeQuestion('getIds', {}));
  await promisesSettle();
  const error = { name: 'QuotaExceededError', message: 'full' };
  assert.deepEqual(answers, [{ ok: false, error }]);
});

test('a question holds the worker until no final event is under way', async () => {
  post(makeQuestion('getIds', {}));
  let isOver = false;
  extensions[0].then(() => (isOver = true));
  await promisesSettle();
  assert.equal(answers.length, 1);
  assert.equal(isOver, false);
  endDeliveries();
  await promisesSettle();
  assert.equal(isOver, true);
});

test('a question that is held after its answer holds the worker for as long', async () => {
  /** @type {string[]} */
  const names = [];
  let letGo = () => {};
  held = (name) => {
    names.push(name);
    return new Promise((resolve) => (letGo = resolve));
  };
  post(makeQuestion('next', { epoch: '', since: 0, watching: [] }));
  endDeliveries();
  let isOver = false;
  extensions[0].then(() => (isOver = true));
  await promisesSettle();
  assert.deepEqual([answers.length, names, isOver], [1, ['next'], false]);
  letGo();
  await promisesSettle();
  assert.equal(isOver, true);
});

test('of work that began all pages of the origin are told, by scope', async () => {
  const page = new BroadcastChannel(kBroadcastName);
  const told = new Promise((resolve) => {
    page.onmessage = (event) => resolve(/** @type {any} */ (event).data);
  });
  tellPages('https://example.test/');
  assert.equal(await told, 'https://example.test/');
  page.close();
});
