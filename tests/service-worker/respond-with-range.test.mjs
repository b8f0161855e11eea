import assert from 'node:assert/strict';
import { test } from 'node:test';

import { kExtras } from '../../js/shared/extras-key.js';
import { respondWithRange } from '../../js/service-worker/respond-with-range.js';

const kText = 'abcdefghij';
const kModified = 'Sat, 21 Nov 2026 10:00:00 GMT';
const kOneSecondLater = 'Sat, 21 Nov 2026 10:00:01 GMT';

/** @param {Record<string, string>} headers @param {string} [method] */
function ask(headers, method = 'GET') {
  return new Request('https://example.test/song', { method, headers });
}

/** @param {Record<string, string>} [headers] @param {number} [status] */
function answer(headers = {}, status = 200) {
  return new Response(kText, { status, headers: { 'content-type': 'audio/wav', ...headers } });
}

/** @param {string} range @param {Response} [response] */
async function outcomeOf(range, response = answer()) {
  const { status, headers, ...rest } = await respondWithRange(ask({ range }), response)
    .then(async (ranged) => ({
      status: ranged.status, headers: ranged.headers, text: await ranged.text(),
    }));
  return [status, headers.get('content-range'), headers.get('content-length'), rest.text];
}

test('a range within the body is a 206 with its bytes', async () => {
  assert.deepEqual(await outcomeOf('bytes=0-1'), [206, 'bytes 0-1/10', '2', 'ab']);
  assert.deepEqual(await outcomeOf('bytes=0-'), [206, 'bytes 0-9/10', '10', kText]);
  assert.deepEqual(await outcomeOf('bytes=9-9'), [206, 'bytes 9-9/10', '1', 'j']);
  assert.deepEqual(await outcomeOf('Bytes= 3-4 ,'), [206, 'bytes 3-4/10', '2', 'de']);
});

test('a range that reaches beyond the body ends with it', async () => {
  assert.deepEqual(await outcomeOf('bytes=8-99999999999999999999'),
    [206, 'bytes 8-9/10', '2', 'ij']);
});

test('a suffix is the end of the body, all of it where that is shorter', async () => {
  assert.deepEqual(await outcomeOf('bytes=-3'), [206, 'bytes 7-9/10', '3', 'hij']);
  assert.deepEqual(await outcomeOf('bytes=-99'), [206, 'bytes 0-9/10', '10', kText]);
});

test('a range behind the body, and a suffix of nothing, are a 416 with the length', async () => {
  for (const range of ['bytes=10-', 'bytes=10-12', 'bytes=-0', `bytes=${'9'.repeat(400)}-`]) {
    assert.deepEqual(await outcomeOf(range), [416, 'bytes */10', '0', ''], range);
  }
});

test('an empty body has no range that a Content-Range could name', async () => {
  assert.deepEqual(await outcomeOf('bytes=-5', new Response('')), [200, null, '0', '']);
});

test('the headers of the response stay, but for the coding that is undone', async () => {
  const response = answer({ etag: '"1"', 'content-encoding': 'gzip', 'content-length': '7' });
  const { status, statusText, headers } = await respondWithRange(ask({ range: 'bytes=2-3' }), response);
  assert.deepEqual([status, statusText, Object.fromEntries(headers)], [206, 'Partial Content', {
    'accept-ranges': 'bytes',
    'content-length': '2',
    'content-range': 'bytes 2-3/10',
    'content-type': 'audio/wav',
    etag: '"1"',
  }]);
});

test('the response itself where the header is missing, unknown, wrong or for many', async () => {
  for (const range of [
    '', 'items=0-1', 'bytes', 'bytes=', 'bytes=-', 'bytes=2-1', 'bytes=a-b', 'bytes=0-1,4-5',
    'bytes=0-1x', 'bytes=1', 'bytes=--1', 'bytes=+1-2',
  ]) {
    const response = answer();
    const headers = /** @type {Record<string, string>} */ (range === '' ? {} : { range });
    assert.equal(await respondWithRange(ask(headers), response), response, range);
    assert.equal(response.bodyUsed, false);
  }
});

test('only a 200 to a GET has ranges', async () => {
  for (const response of [answer({}, 404), answer({}, 206), Response.error()]) {
    assert.equal(await respondWithRange(ask({ range: 'bytes=0-1' }), response), response);
  }
  const response = answer();
  assert.equal(await respondWithRange(ask({ range: 'bytes=0-1' }, 'HEAD'), response), response);
});

test('If-Range holds for the same strong validator only', async () => {
  /** @type {[string, Record<string, string>, boolean][]} */
  const cases = [
    ['"1"', { etag: '"1"' }, true],
    ['"1"', { etag: '"2"' }, false],
    ['"1"', {}, false],
    ['W/"1"', { etag: 'W/"1"' }, false],
    ['"1"', { etag: 'W/"1"' }, false],
    [kModified, { 'last-modified': kModified, date: kOneSecondLater }, true],
    [kModified, { 'last-modified': kModified, date: kModified }, false],
    [kModified, { 'last-modified': kModified }, false],
    [kModified, { 'last-modified': kOneSecondLater, date: kOneSecondLater }, false],
    [kModified, { date: kOneSecondLater }, false],
    ['nonsense', { 'last-modified': 'nonsense', date: kOneSecondLater }, false],
  ];
  for (const [validator, headers, holds] of cases) {
    const request = ask({ range: 'bytes=0-1', 'if-range': validator });
    const { status } = await respondWithRange(request, answer(headers));
    assert.equal(status, holds ? 206 : 200, JSON.stringify([validator, headers]));
  }
});

// --- Responses of records ----------------------------------------------------

/**
 * A response of which only the extras are to be read.
 *
 * @param {number} total
 * @param {string[]} pieces
 * @param {(reason: unknown) => void} [cancel]
 */
function live(total, pieces, cancel) {
  /** @type {number[]} */
  const begins = [];
  const from = (/** @type {number} */ begin) => {
    begins.push(begin);
    const rest = [...pieces];
    return new ReadableStream({
      pull(controller) {
        const piece = rest.shift();
        if (piece === undefined) return controller.close();
        controller.enqueue(new TextEncoder().encode(piece));
      },
      cancel,
    }, { highWaterMark: 0 });
  };
  const response = new Response('the whole');
  Object.defineProperty(response, kExtras, { value: { total, from } });
  return { response, begins };
}

test('who asks for no range hears how long a body that is under way will be', async () => {
  const { response, begins } = live(10, ['abc']);
  assert.equal(await respondWithRange(ask({}), response), response);
  assert.equal(response.headers.get('content-length'), '10');
  assert.deepEqual(begins, []);
  const { response: endless } = live(-1, ['abc']);
  assert.equal((await respondWithRange(ask({}), endless)).headers.get('content-length'), null);
});

test('of a body that is under way only the range is read', async () => {
  let cancelled = 0;
  const { response, begins } = live(10, ['de', 'fgh', 'ij'], () => (cancelled += 1));
  assert.deepEqual(await outcomeOf('bytes=3-5', response), [206, 'bytes 3-5/10', '3', 'def']);
  assert.deepEqual(begins, [3]);
  assert.equal(cancelled, 1);
  assert.equal(response.bodyUsed, false);
});

test('what is there goes out before the rest has come', async () => {
  const { response } = live(10, ['ab']);
  const { body } = await respondWithRange(ask({ range: 'bytes=0-' }), response);
  const reader = /** @type {ReadableStream} */ (body).getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), 'ab');
});

test('a body that ends before its length breaks, and is not taken for whole', async () => {
  const { response } = live(10, ['abc']);
  const ranged = await respondWithRange(ask({ range: 'bytes=0-' }), response);
  await assert.rejects(ranged.text(), TypeError);
});

test('who stops reading stops the body', async () => {
  let cancelled = 0;
  const { response } = live(10, ['abc', 'def'], () => (cancelled += 1));
  const { body } = await respondWithRange(ask({ range: 'bytes=0-' }), response);
  await body?.cancel();
  assert.equal(cancelled, 1);
});

test('a length that nobody knows yet waits for the end', async () => {
  const { response, begins } = live(-1, []);
  assert.deepEqual(await outcomeOf('bytes=4-', response), [206, 'bytes 4-8/9', '5', 'whole']);
  assert.deepEqual(begins, []);
});
