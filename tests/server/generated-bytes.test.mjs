import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { bytesAt, sha256Of } from './generated-bytes.mjs';

test('any part equals the same part of the whole', () => {
  const whole = bytesAt('seed', 0, 5000);
  for (const [begin, end] of [[0, 1], [15, 17], [16, 32], [333, 4999], [4999, 5000], [7, 7]]) {
    assert.deepEqual(bytesAt('seed', begin, end - begin), whole.subarray(begin, end));
  }
});

test('offsets beyond 4 GiB are reached', () => {
  const begin = 2 ** 36 + 5;
  assert.deepEqual(bytesAt(1, begin, 100).subarray(50), bytesAt(1, begin + 50, 50));
  assert.notDeepEqual(bytesAt(1, begin, 16), bytesAt(1, 5, 16));
});

test('no two blocks of a body and no two seeds agree', () => {
  const blocks = new Set();
  for (let offset = 0; offset < 64 * 1024; offset += 16) {
    blocks.add(bytesAt('a', offset, 16).toString('hex'));
    blocks.add(bytesAt('b', offset, 16).toString('hex'));
  }
  assert.equal(blocks.size, 2 * 4096);
});

test('sha256Of is the hash of the bytes', () => {
  const size = 3 * 1024 * 1024 + 17;
  const hash = createHash('sha256').update(bytesAt('x', 0, size)).digest('hex');
  assert.equal(sha256Of('x', size), hash);
  assert.equal(sha256Of('x', 0), createHash('sha256').digest('hex'));
});

// Under a second, that is; the limit is for a machine that does much else.
test('a gibibyte takes seconds, not minutes', () => {
  const startedAt = performance.now();
  for (let piece = 0; piece < 1024; ++piece) bytesAt('fast', piece * 1048576, 1048576);
  const seconds = (performance.now() - startedAt) / 1000;
  assert.ok(seconds < 30, `took ${seconds} s`);
});
