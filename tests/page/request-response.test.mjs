import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toInfo, toRequest } from '../../js/shared/request.js';
import { toResponse } from '../../js/shared/response.js';
import { makeMatched, makeSettled } from './fake-channel.mjs';

const kUrl = 'https://example.test/film?part=1#chapter';

test('a request comes back as it was', async () => {
  const request = new Request(kUrl, {
    method: 'POST',
    headers: { 'X-Part': '1', 'Content-Type': 'text/plain' },
    body: 'hello',
    mode: 'same-origin',
    credentials: 'include',
    cache: 'no-store',
    redirect: 'error',
    referrer: '',
    referrerPolicy: 'no-referrer',
    integrity: 'sha256-AAAA',
  });
  const { info, body } = await toInfo(request);
  assert.equal(info.bodyLength, 5);
  const again = toRequest(info, body);
  for (const name of /** @type {const} */ ([
    'url',
    'method',
    'mode',
    'credentials',
    'cache',
    'redirect',
    'referrer',
    'referrerPolicy',
    'integrity',
  ])) {
    assert.equal(again[name], info[name], name);
  }
  assert.equal(info.url, kUrl);
  assert.deepEqual([...again.headers], [
    ['content-type', 'text/plain'],
    ['x-part', '1'],
  ]);
  assert.equal(await again.text(), 'hello');
});

test('a plain GET has no body and the client as its referrer', async () => {
  const { info, body } = await toInfo(new Request(kUrl));
  assert.equal(body, null);
  assert.equal(info.bodyLength, 0);
  assert.equal(info.referrer, 'about:client');
  assert.equal(toRequest(info, null).referrer, 'about:client');
});

test('a GET is made even when a body is at hand', () => {
  assert.equal(toRequest(makeMatched(0).info, new Blob(['x'])).body, null);
});

test('a navigation comes back as same-origin', () => {
  const { info } = makeMatched(0);
  assert.equal(toRequest({ ...info, mode: 'navigate' }, null).mode, 'same-origin');
});

test('a body that breaks off is a TypeError, whatever broke it', async () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new RangeError('disk'));
    },
  });
  const request = new Request(kUrl, /** @type {any} */ ({ method: 'POST', body, duplex: 'half' }));
  await assert.rejects(toInfo(request), { name: 'TypeError' });
});

const kHead = /** @type {import('../../js/shared/messages.js').ResponseHead} */ (
  makeSettled(0, '').head
);

test('a response shows its head', async () => {
  const response = toResponse(
    {
      ...kHead,
      status: 206,
      statusText: 'Partial Content',
      headers: [
        ['content-type', 'text/plain'],
        ['etag', '"1"'],
      ],
      type: 'cors',
      redirected: true,
    },
    new Blob(['hello']),
  );
  assert.equal(response.status, 206);
  assert.equal(response.statusText, 'Partial Content');
  assert.deepEqual([...response.headers], [
    ['content-type', 'text/plain'],
    ['etag', '"1"'],
  ]);
  assert.equal(response.url, kHead.url);
  assert.equal(response.type, 'cors');
  assert.equal(response.redirected, true);
  assert.equal(await response.text(), 'hello');
});

test('a clone shows what its response does, and so does the clone of a clone', async () => {
  const response = toResponse({ ...kHead, type: 'cors', redirected: true }, new Blob(['hello']));
  const clone = response.clone().clone();
  assert.ok(clone instanceof Response);
  assert.equal(clone.url, kHead.url);
  assert.equal(clone.type, 'cors');
  assert.equal(clone.redirected, true);
  assert.equal(await clone.text(), 'hello');
  assert.equal(await response.text(), 'hello');
  assert.throws(() => response.clone(), TypeError);
});

for (const status of [204, 205, 304]) {
  test(`status ${status} has no body`, async () => {
    const response = toResponse({ ...kHead, status }, new Blob(['']));
    assert.equal(response.status, status);
    assert.equal(response.body, null);
  });
}

test('a bad status has an empty body', async () => {
  const response = toResponse({ ...kHead, status: 404 }, null);
  assert.equal(response.status, 404);
  assert.equal(await response.text(), '');
});

for (const status of [0, 601]) {
  test(`status ${status}, which cannot be constructed, is shown`, () => {
    const response = toResponse({ ...kHead, status, type: 'opaqueredirect' }, null);
    assert.equal(response.status, status);
    assert.equal(response.ok, false);
    assert.equal(response.type, 'opaqueredirect');
  });
}
