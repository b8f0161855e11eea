import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { liveBody } from '../../js/shared/live-body.js';

/** @typedef {import('../../js/shared/messages.js').StoredBytes} StoredBytes */

/** @type {{generation: number, offset: number}[]} */
let asked;
/** What each question is answered with, in turn. @type {(() => StoredBytes)[]} */
let answers;

beforeEach(() => {
  mock.restoreAll();
  asked = [];
  answers = [];
});

/** @param {number} [begin] */
function open(begin) {
  return liveBody(async (generation, offset) => {
    asked.push({ generation, offset });
    const answer = answers.shift();
    if (!answer) throw new Error('one question too many');
    return answer();
  }, 1, begin).getReader();
}

/** @param {string} text @param {Partial<StoredBytes>} [changes] */
function stored(text, changes) {
  const body = text === '' ? null : new Blob([text]);
  return () => ({ generation: 1, body, isEnd: false, ...changes });
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
async function readText(reader) {
  const { value, done } = await reader.read();
  return done ? null : new TextDecoder().decode(value);
}

test('nothing is asked for before somebody reads, and no more than was wanted', async () => {
  const reader = open();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(asked, []);
  answers = [stored('abc')];
  assert.equal(await readText(reader), 'abc');
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(asked, [{ generation: 1, offset: 0 }]);
});

test('answers without bytes are asked again, the end closes', async () => {
  answers = [stored('abc'), stored(''), stored('de'), stored('', { isEnd: true })];
  const reader = open();
  assert.deepEqual([await readText(reader), await readText(reader), await readText(reader)],
    ['abc', 'de', null]);
  assert.deepEqual(asked.map(({ offset }) => offset), [0, 3, 3, 5]);
});

test('an answer that reaches the end is the last', async () => {
  answers = [stored('abc', { isEnd: true })];
  const reader = open();
  assert.deepEqual([await readText(reader), await readText(reader)], ['abc', null]);
});

test('large answers are read from the store piece by piece', async () => {
  const body = new Blob([new Uint8Array(2.5 * 1024 * 1024)]);
  answers = [stored('', { body, isEnd: true })];
  const reader = open();
  const sizes = [];
  for (let next; !(next = await reader.read()).done; ) sizes.push(next.value.length);
  assert.deepEqual(sizes, [1024 * 1024, 1024 * 1024, 512 * 1024]);
  assert.equal(asked.length, 1);
});

test('a body that starts over before anything was read is read anew', async () => {
  answers = [stored('', { generation: 2 }), stored('new', { generation: 2, isEnd: true })];
  const reader = open();
  assert.deepEqual([await readText(reader), await readText(reader)], ['new', null]);
  assert.deepEqual(asked, [{ generation: 1, offset: 0 }, { generation: 2, offset: 0 }]);
});

test('a body that starts over goes on behind the same bytes, however they are cut', async () => {
  const again = { generation: 2 };
  answers = [
    stored('abc'), stored('de'), stored('', again),
    stored('a', again), stored('bcd', again), stored('efg', { ...again, isEnd: true }),
  ];
  const reader = open();
  const texts = [];
  for (let text; (text = await readText(reader)) !== null; ) texts.push(text);
  assert.deepEqual(texts, ['abc', 'de', 'fg']);
  assert.deepEqual(asked.map(({ offset }) => offset), [0, 3, 5, 0, 1, 4]);
});

test('a body that starts over twice is compared from the start each time', async () => {
  answers = [
    stored('abc'), stored('', { generation: 2 }), stored('ab', { generation: 2 }),
    stored('', { generation: 3 }), stored('abcd', { generation: 3, isEnd: true }),
  ];
  const reader = open();
  assert.deepEqual([await readText(reader), await readText(reader), await readText(reader)],
    ['abc', 'd', null]);
});

for (const [what, text] of [['other bytes', 'abX-more'], ['fewer bytes', 'ab']]) {
  test(`a body that starts over with ${what} is a TypeError`, async () => {
    const again = { generation: 2 };
    answers = [stored('abc'), stored('', again), stored(text, { ...again, isEnd: true })];
    const reader = open();
    assert.equal(await readText(reader), 'abc');
    await assert.rejects(reader.read(), { name: 'TypeError', message: /started over/ });
  });
}

test('what the worker says instead of bytes breaks the stream', async () => {
  answers = [stored('abc'), () => {
    throw new DOMException('The fetch was aborted.', 'AbortError');
  }];
  const reader = open();
  await readText(reader);
  await assert.rejects(reader.read(), { name: 'AbortError' });
  await assert.rejects(reader.closed, { name: 'AbortError' });
});

/** What reading a Blob comes to whose file is deleted, so many times. @param {number} times */
function loseBlobs(times) {
  const { arrayBuffer } = Blob.prototype;
  let left = times;
  mock.method(Blob.prototype, 'arrayBuffer', function () {
    left -= 1;
    if (left >= 0) return Promise.reject(new DOMException('', 'NotFoundError'));
    // @ts-ignore: Blob
    return arrayBuffer.call(this);
  });
}

test('bytes deleted under the reader are asked for again', async () => {
  answers = [stored('abc', { isEnd: true }), stored('abc', { isEnd: true })];
  const reader = open();
  loseBlobs(1);
  assert.deepEqual([await readText(reader), await readText(reader)], ['abc', null]);
  assert.deepEqual(asked.map(({ offset }) => offset), [0, 0]);
});

test('bytes that stay lost are a TypeError', async () => {
  answers = [stored('abc'), stored('abc')];
  loseBlobs(2);
  await assert.rejects(open().read(), { name: 'TypeError', message: /cannot be read/ });
});

test('one that begins further on asks from there, also when the body starts over', async () => {
  answers = [
    stored('def'), stored('', { generation: 2 }), stored('def', { generation: 2 }),
    stored('gh', { generation: 2, isEnd: true }),
  ];
  const reader = open(3);
  assert.deepEqual([await readText(reader), await readText(reader), await readText(reader)],
    ['def', 'gh', null]);
  assert.deepEqual(asked, [
    { generation: 1, offset: 3 }, { generation: 1, offset: 6 },
    { generation: 2, offset: 3 }, { generation: 2, offset: 6 },
  ]);
});

for (const begin of [0, 3]) {
  test(`a part from ${begin} on breaks when the body starts over before its first byte`, async () => {
    answers = [stored('', { generation: 2 })];
    await assert.rejects(open(begin).read(), TypeError);
  });
}

test('one that is cancelled while it asks does not ask again', async () => {
  let answer = () => {};
  const isAnswered = new Promise((resolve) => (answer = () => resolve(null)));
  let beAsked = () => {};
  const isAsked = new Promise((resolve) => (beAsked = () => resolve(null)));
  const reader = liveBody(async (generation, offset) => {
    asked.push({ generation, offset });
    beAsked();
    await isAnswered;
    if (asked.length > 1) throw new Error('one question too many');
    return { generation, body: null, isEnd: false };
  }, 1).getReader();
  const read = reader.read();
  await isAsked;
  await reader.cancel();
  assert.equal((await read).done, true);
  answer();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(asked.length, 1);
});
