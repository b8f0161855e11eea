import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { StorageError } from '../../js/service-worker/database.js';
import { NetworkRequest } from '../../js/service-worker/network-request.js';
import { promisesSettle } from './fake-engine.mjs';

const kOwner = { uid: 'a', record: 0, generation: 0 };

/** @type {any} */
let store;
/** @type {any[]} What was stored, in order. */
let chunks;
/** @type {any[][]} */
let reports;
/** @type {NetworkRequest} */
let request;
/** @type {import('node:test').Mock<typeof fetch>} */
let fetchMock;

beforeEach(() => {
  chunks = [];
  store = {
    put: async (/** @type {any} */ chunk) => chunks.push(chunk),
    body: async () => null,
  };
  reports = [];
  request = new NetworkRequest(store, (name, ...values) => {
    reports.push([name, ...values]);
  });
  mock.restoreAll();
});

/** @param {(request: Request) => Response | Promise<Response>} serve */
function answerWith(serve) {
  fetchMock = mock.method(globalThis, 'fetch', async (
    /** @type {string} */ url, /** @type {RequestInit} */ init) => serve(new Request(url, init)));
}

/** @param {object} [changes]  Of the request's info. */
function run(changes) {
  const info = { url: 'https://example.test/', method: 'GET', headers: [], mode: 'cors',
    credentials: 'same-origin', cache: 'default', redirect: 'follow', referrer: 'about:client',
    referrerPolicy: '', integrity: '', bodyLength: 0, ...changes };
  return request.run(/** @type {any} */ ({
    type: 'start-request', request: 1, owner: kOwner, info, range: '', ifRange: '', cache: '',
  }));
}

/** @param {object} [changes] */
function read(changes) {
  request.read(/** @type {any} */ ({
    type: 'read-body', request: 1, owner: kOwner, mode: 'stream', begin: 0, end: -1,
    pieceBytes: 4, pieceBytesMin: 2, pieceMs: 1_000, head: { status: 200 }, ...changes,
  }));
}

/** Names of the reports after the head. */
function closings() {
  return reports.slice(1).map(([name]) => name);
}

/** A body of these parts; then it ends, breaks, or just stays open. */
function bodyOf(/** @type {string[]} */ parts, /** @type {'ends' | 'breaks' | 'stalls'} */ then) {
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part !== undefined) controller.enqueue(new TextEncoder().encode(part));
      else if (then === 'breaks') controller.error(new TypeError('network error'));
      else if (then === 'ends') controller.close();
    },
  }, { highWaterMark: 0 });
}

for (const mode of ['blob', 'buffer', 'stream', 'none']) {
  for (const body of ['', null]) {
    test(`a body of ${body === null ? 'none' : 'zero bytes'} keeps its head: ${mode}`, async () => {
      answerWith(() => new Response(body));
      read({ mode });
      await run();
      assert.deepEqual(closings(), ['chunkStored', 'bodyReceived', 'bodyEnded']);
      assert.deepEqual(chunks.map(({ begin, end, head }) => ({ begin, end, head })),
        [{ begin: 0, end: 0, head: { status: 200 } }]);
    });
  }
}

test('the head that is stored is its own where the core says so', async () => {
  answerWith(() => new Response('1234', { status: 201, headers: { 'x-own': 'yes' } }));
  read({ mode: 'buffer', end: 4, isOwnHead: true, head: null });
  await run();
  assert.equal(chunks[0].head.status, 201);
  assert.ok(chunks[0].head.headers.some(([name, value]) => name === 'x-own' && value === 'yes'));
  assert.deepEqual(chunks[0].head, reports[0][1]);
});

test('a stream that ends without a byte keeps its head', async () => {
  answerWith(() => new Response(bodyOf([], 'ends')));
  read();
  await run();
  assert.deepEqual(reports.slice(1),
    [['chunkStored', 0, 0], ['bodyReceived', 0], ['bodyEnded']]);
  assert.deepEqual(chunks[0].head, { status: 200 });
});

test('a body that is read and not yet stored is received', async () => {
  answerWith(() => new Response('12345'));
  let endPut = () => {};
  store.put = () => new Promise((resolve) => (endPut = () => resolve(null)));
  read({ mode: 'buffer', begin: 10, end: 14 });
  const ended = run();
  await promisesSettle();
  assert.deepEqual(reports.slice(1), [['bodyReceived', 4]]);
  endPut();
  await ended;
  assert.deepEqual(closings(), ['bodyReceived', 'chunkStored', 'bodyEnded']);
});

test('the head goes with the first piece alone', async () => {
  answerWith(() => new Response('123456789'));
  read();
  await run();
  assert.deepEqual(chunks.map(({ begin, end, head }) => [begin, end, head && head.status]),
    [[0, 4, 200], [4, 8, null], [8, 9, null]]);
});

test('a slow stream is cut once its time has come, but not into crumbs', async () => {
  let nowMs = 0;
  mock.method(performance, 'now', () => nowMs);
  // Each after 600 ms.
  const segments = ['a', 'b', 'cd', 'e', 'f', 'ghijk'];
  answerWith(() => new Response(new ReadableStream({
    pull(controller) {
      nowMs += 600;
      const segment = segments.shift();
      if (segment) controller.enqueue(new TextEncoder().encode(segment));
      else controller.close();
    },
  }, { highWaterMark: 0 })));
  read({ pieceBytes: 100, pieceBytesMin: 3 });
  await run();
  assert.deepEqual(chunks.map(({ begin, end }) => [begin, end]), [[0, 4], [4, 11]]);
});

test('a body longer than asked is cut at the end of its range, in every mode', async () => {
  for (const mode of ['blob', 'buffer', 'stream']) {
    answerWith(() => new Response('123456789'));
    read({ mode, begin: 10, end: 16 });
    await run();
    assert.equal(chunks.at(-1).end, 16, mode);
    mock.restoreAll();
  }
});

test('of a stream that breaks, what was received is stored first', async () => {
  answerWith(() => new Response(bodyOf(['12345', '6'], 'breaks')));
  read();
  await run();
  assert.deepEqual(reports.slice(1), [
    ['chunkStored', 0, 4], ['chunkStored', 4, 6], ['requestFailed'],
  ]);
});

test('cancelled while its body is read: one closing event, after its chunks', async () => {
  answerWith((asked) => {
    const { signal } = asked;
    const body = bodyOf(['12345'], 'stalls');
    const cut = new TransformStream();
    // As the platform does: the signal of a request ends its body, too.
    body.pipeTo(cut.writable, { signal }).catch(() => {});
    return new Response(cut.readable);
  });
  read();
  const ended = run();
  await promisesSettle();
  request.cancel();
  request.cancel();
  await ended;
  assert.deepEqual(closings(), ['chunkStored', 'chunkStored', 'requestFailed']);
});

test('cancelled at its head: nothing is stored', async () => {
  answerWith(() => new Response('12345'));
  const ended = run();
  await promisesSettle();
  request.cancel();
  await ended;
  assert.deepEqual(closings(), ['requestFailed']);
  assert.deepEqual(chunks, []);
});

test('when the store and the network both fail, the store counts', async () => {
  answerWith(() => new Response(bodyOf(['12345'], 'breaks')));
  store.put = async () => {
    throw new StorageError(new DOMException('full', 'QuotaExceededError'));
  };
  read();
  await run();
  assert.deepEqual(reports.slice(1), [['storageFailed', true]]);
});

test('a request whose body is not stored any more is not sent without it', async () => {
  answerWith(() => new Response(''));
  read();
  await run({ method: 'POST', bodyLength: 3 });
  assert.equal(fetchMock.mock.callCount(), 0);
  assert.deepEqual(reports, [['requestFailed']]);
});

test('a request is sent with the body that is stored', async () => {
  /** @type {string[]} */
  const sent = [];
  answerWith(async (asked) => {
    sent.push(await asked.text());
    return new Response('');
  });
  store.body = async () => new Blob(['abc']);
  read();
  await run({ method: 'POST', bodyLength: 3 });
  assert.deepEqual(sent, ['abc']);
});
