import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  requireId,
  toDomString,
  toFetchOptions,
  toItems,
  toMatchQuery,
  toRequests,
  toUiOptions,
  toUnsignedLongLong,
} from '../../js/shared/webidl.js';

const kUrl = 'https://example.test/film';

for (const [value, expected] of /** @type {[unknown, number][]} */ ([
  [82, 82],
  ['82', 82],
  [' 0x10 ', 16],
  [null, 0],
  [true, 1],
  [NaN, 0],
  [Infinity, 0],
  [-Infinity, 0],
  [2.9, 2],
  [-0.9, 0],
  [-1, Number.MAX_SAFE_INTEGER],
  [2 ** 64, 0],
  [2 ** 64 + 4096, 4096],
  [-(2 ** 64), 0],
  [2 ** 53, Number.MAX_SAFE_INTEGER],
  [{ valueOf: () => 7 }, 7],
])) {
  test(`unsigned long long of ${String(value)} is ${expected}`, () => {
    assert.ok(Object.is(toUnsignedLongLong(value), expected), `${toUnsignedLongLong(value)}`);
  });
}

test('unsigned long long refuses bigint and symbol', () => {
  assert.throws(() => toUnsignedLongLong(1n), TypeError);
  assert.throws(() => toUnsignedLongLong(Symbol()), TypeError);
});

test('an id is any string but the empty one', () => {
  assert.equal(toDomString('a::b/c'), 'a::b/c');
  assert.equal(toDomString(7), '7');
  assert.equal(toDomString(undefined), 'undefined');
  assert.throws(() => toDomString(Symbol()), TypeError);
  assert.throws(() => requireId(''), TypeError);
  requireId(' ');
});

/** @param {unknown} value */
function convertRequests(value) {
  return toRequests(toItems(value));
}

test('requests: a string, a Request, and sequences of them, repeats included', () => {
  const urls = (/** @type {unknown} */ value) => convertRequests(value).map(({ url }) => url);
  assert.deepEqual(urls(kUrl), [kUrl]);
  assert.deepEqual(urls(new URL(kUrl)), [kUrl]);
  assert.deepEqual(urls(new Request(kUrl)), [kUrl]);
  assert.deepEqual(urls([kUrl, new Request(kUrl)]), [kUrl, kUrl]);
  assert.deepEqual(urls(new Set([kUrl])), [kUrl]);
});

test('requests: an empty sequence, a bad URL, credentials in a URL, no-cors are TypeErrors', () => {
  assert.throws(() => convertRequests([]), TypeError);
  assert.throws(() => convertRequests('https://'), TypeError);
  assert.throws(() => convertRequests('https://user:secret@example.test/'), TypeError);
  assert.throws(() => convertRequests([kUrl, new Request(kUrl, { mode: 'no-cors' })]), TypeError);
  assert.throws(() => convertRequests([Symbol()]), TypeError);
});

test('requests: a body is taken over, a used one is a TypeError', () => {
  const request = new Request(kUrl, { method: 'POST', body: 'x' });
  convertRequests(request);
  assert.equal(request.bodyUsed, true);
  assert.throws(() => convertRequests(request), TypeError);
});

test('requests: a String object is a sequence of its characters, as in Web IDL', () => {
  assert.throws(() => convertRequests(new String('')), /At least one/);
});

test('options: missing members have their defaults', () => {
  const expected = { title: '', icons: [], downloadTotal: 0 };
  for (const value of [undefined, null, {}, { title: undefined, icons: undefined }]) {
    assert.deepEqual(toFetchOptions(value), expected);
  }
});

test('options: icons are a sequence of images with a src', () => {
  const icons = [{ src: '/icon.png', sizes: '64x64' }];
  assert.deepEqual(toFetchOptions({ icons }).icons, [
    { src: '/icon.png', sizes: '64x64', type: '', label: '' },
  ]);
  for (const wrong of [{}, 'icon.png', null, 1, [{}], ['icon.png']]) {
    assert.throws(() => toFetchOptions({ icons: wrong }), TypeError, JSON.stringify(wrong));
  }
});

test('options: anything but an object is a TypeError', () => {
  assert.throws(() => toFetchOptions('title'), TypeError);
  assert.throws(() => toFetchOptions(1), TypeError);
});

test('options are read in Web IDL order, each once, and the dialect last', () => {
  /** @type {PropertyKey[]} */
  const read = [];
  const options = new Proxy({}, { get: (_, name) => void read.push(name) });
  toFetchOptions(options);
  assert.deepEqual(read, ['icons', 'title', 'downloadTotal', 'totalDownload']);
});

test('UI options tell a missing member from an empty one', () => {
  assert.deepEqual(toUiOptions({}), { title: undefined, icons: undefined });
  assert.deepEqual(toUiOptions({ title: '', icons: [] }), { title: '', icons: [] });
});

test('a match query is made of a URL or a request, and flags', () => {
  const request = new Request(kUrl, { method: 'PUT', headers: { 'X-Part': '1' } });
  assert.deepEqual(toMatchQuery(request, { ignoreMethod: 1 }), {
    url: kUrl,
    method: 'PUT',
    headers: [['x-part', '1']],
    ignoreSearch: false,
    ignoreMethod: true,
    ignoreVary: false,
  });
  assert.equal(toMatchQuery(kUrl, undefined).method, 'GET');
  assert.throws(() => toMatchQuery('https://', {}), TypeError);
  assert.throws(() => toMatchQuery(kUrl, 'ignoreSearch'), TypeError);
});

test('a match query leaves the body of its request alone', () => {
  const request = new Request(kUrl, { method: 'POST', body: 'x' });
  toMatchQuery(request, {});
  assert.equal(request.bodyUsed, false);
});
