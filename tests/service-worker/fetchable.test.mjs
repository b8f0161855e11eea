import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireFetchable } from '../../js/service-worker/fetchable.js';

/** @param {string} url */
function check(url) {
  requireFetchable(new Request(url).url);
}

for (const url of [
  'https://example.test/film',
  'https://example.test:8443/film',
  'https://example.test:443/film',
  'http://localhost:8080/film',
  'http://example.test/film',
]) {
  test(`${url} may be asked for`, () => check(url));
}

for (const url of [
  'data:text/plain,film',
  'blob:https://example.test/6a0d2e0c-2b55-4f5c-8a5c-1f2b7f1f8d11',
  'file:///film',
  'about:blank',
  'wss://example.test/',
  'ftp://example.test/film',
  'https://example.test:22/film',
  'https://example.test:6667/film',
  'http://localhost:10080/',
]) {
  test(`${url} is a TypeError`, () => {
    assert.throws(() => check(url), { name: 'TypeError' });
  });
}

test('a page with TLS may ask for nothing without, but of its own machine', (t) => {
  const realm = /** @type {any} */ (globalThis);
  t.after(() => delete realm.location);
  realm.location = new URL('https://example.test/');
  assert.throws(() => check('http://example.test/film'), { name: 'TypeError' });
  assert.throws(() => check('http://localhost.example.test/'), { name: 'TypeError' });
  for (const host of ['localhost', 'files.localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
    check(`http://${host}:8080/film`);
  }
});
