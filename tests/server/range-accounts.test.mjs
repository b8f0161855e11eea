import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  longest, mostAtOnce, overlap, plainRequests, rangesAsked, totalLength,
} from './range-accounts.mjs';

/**
 * @param {Partial<import('./request-log.mjs').LogEntry>} fields
 * @returns {import('./request-log.mjs').LogEntry}
 */
function entry(fields) {
  return {
    name: 'file',
    url: '',
    method: 'GET',
    range: 'bytes=0-9',
    ifRange: null,
    isReceived: true,
    sent: null,
    status: 206,
    bytesWritten: 0,
    cut: false,
    complete: true,
    startedAt: 0,
    endedAt: 0,
    ...fields,
  };
}

test('only answers to a Range count as ranges, only GETs without one as plain', () => {
  const plain = entry({ range: null, sent: { begin: 0, end: 100 } });
  const head = entry({ method: 'HEAD', range: null });
  const ranged = entry({ sent: { begin: 10, end: 30 } });
  const refused = entry({ status: 416 });
  const entries = [plain, head, ranged, refused];
  assert.deepEqual(rangesAsked(entries), [{ begin: 10, end: 30 }]);
  assert.deepEqual(plainRequests(entries), [plain]);
});

test('lengths are summed and compared', () => {
  const ranges = [{ begin: 0, end: 5 }, { begin: 3, end: 10 }];
  assert.equal(totalLength(ranges), 12);
  assert.equal(longest(ranges), 7);
  assert.equal(longest([]), 0);
});

test('overlap counts shared bytes, touching ranges share none', () => {
  const stored = [{ begin: 0, end: 10 }, { begin: 20, end: 30 }];
  assert.equal(overlap([{ begin: 10, end: 20 }], stored), 0);
  assert.equal(overlap([{ begin: 5, end: 25 }], stored), 10);
});

test('requests that follow each other do not run at once', () => {
  const followers = [[0, 10], [10, 20]];
  const twins = [[0, 10], [0, 9], [9, 20]];
  const timed = (/** @type {number[][]} */ spans) =>
    spans.map(([startedAt, endedAt]) => entry({ startedAt, endedAt }));
  assert.equal(mostAtOnce(timed(followers)), 1);
  assert.equal(mostAtOnce(timed(twins)), 2);
  assert.equal(mostAtOnce([]), 0);
});
