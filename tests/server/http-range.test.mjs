import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatContentRange, resolveRange } from './http-range.mjs';

test('first-last, open, suffix and clipped ranges', () => {
  assert.deepEqual(resolveRange('bytes=0-0', 10), { begin: 0, end: 1 });
  assert.deepEqual(resolveRange('bytes=3-', 10), { begin: 3, end: 10 });
  assert.deepEqual(resolveRange('bytes=-4', 10), { begin: 6, end: 10 });
  assert.deepEqual(resolveRange('bytes=-40', 10), { begin: 0, end: 10 });
  assert.deepEqual(resolveRange('bytes=5-99', 10), { begin: 5, end: 10 });
});

test('nothing to send is unsatisfiable', () => {
  assert.equal(resolveRange('bytes=10-', 10), 'unsatisfiable');
  assert.equal(resolveRange('bytes=-0', 10), 'unsatisfiable');
  assert.equal(resolveRange('bytes=-5', 0), 'unsatisfiable');
});

test('what is no single byte range is ignored', () => {
  const headers = [undefined, 'bytes=-', 'bytes=5-4', 'bytes=0-1,2-3', 'pages=0-1', 'bytes 0-1'];
  for (const header of headers) {
    assert.equal(resolveRange(header, 10), null);
  }
});

test('Content-Range is inclusive', () => {
  assert.equal(formatContentRange({ begin: 2, end: 5 }, 10), 'bytes 2-4/10');
});
