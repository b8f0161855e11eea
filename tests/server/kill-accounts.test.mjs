import assert from 'node:assert/strict';
import { test } from 'node:test';

import { kPartBytesInitial, killCosts } from './kill-accounts.mjs';

const kKilledAt = 100;
const kConnections = 4;

/**
 * @param {number} startedAt
 * @param {number} begin
 * @param {number} end
 * @param {number} bytesWritten
 * @param {string | null} [range]  null: it was a plain request
 * @returns {any}
 */
function entry(startedAt, begin, end, bytesWritten, range = `bytes=${begin}-${end - 1}`) {
  return { startedAt, range, sent: { begin, end }, bytesWritten };
}

/** @param {number} startedAt @param {number} end @param {number} bytesWritten */
function plain(startedAt, end, bytesWritten) {
  return entry(startedAt, 0, end, bytesWritten, null);
}

test('a part that was cut costs what was sent of it', () => {
  const entries = [entry(0, 0, 10, 10), entry(1, 10, 20, 7), entry(101, 10, 20, 10)];
  assert.deepEqual(killCosts([entries], [kKilledAt], kConnections), [
    { refetched: 7, bound: 40 },
  ]);
});

test('a range that is asked for and never answered whole costs all that was sent of it', () => {
  const entries = [entry(0, 0, 10, 10), entry(101, 0, 10, 1), entry(102, 0, 10, 10)];
  assert.equal(killCosts([entries], [kKilledAt], kConnections)[0].refetched, 10);
});

test('a download begun anew by one plain request costs all that was sent, and is too much', () => {
  const whole = 64 * kPartBytesInitial;
  const parts = Array.from({ length: 32 }, (_, index) => {
    const begin = index * kPartBytesInitial;
    return entry(index, begin, begin + kPartBytesInitial, kPartBytesInitial);
  });
  const entries = [...parts, plain(101, whole, whole)];
  const [{ refetched, bound }] = killCosts([entries], [kKilledAt], kConnections);
  assert.equal(refetched, whole / 2);
  assert.ok(refetched > bound);
});

test('a plain request that is cancelled at its head costs what was written', () => {
  const entries = [entry(0, 0, 10, 10), plain(101, 1000, 3), entry(102, 10, 20, 10)];
  assert.equal(killCosts([entries], [kKilledAt], kConnections)[0].refetched, 3);
});

test('what a plain request has sent before counts once it is sent again', () => {
  const entries = [plain(0, 50, 50), plain(101, 50, 50)];
  assert.deepEqual(killCosts([entries], [kKilledAt], kConnections), [
    { refetched: 50, bound: 200 },
  ]);
  const large = [plain(0, 64 * kPartBytesInitial, 5)];
  assert.deepEqual(killCosts([large], [kKilledAt], kConnections), [
    { refetched: 0, bound: kConnections * kPartBytesInitial },
  ]);
});

test('files add up, and share the connections', () => {
  const files = [
    [plain(0, 50, 50), plain(101, 50, 50)],
    [plain(0, 70, 70), plain(101, 70, 70)],
    [plain(101, 90, 90)],
  ];
  assert.deepEqual(killCosts(files, [kKilledAt], kConnections), [
    { refetched: 120, bound: 280 },
  ]);
});

test('each kill has its own life before it, and all lives after it', () => {
  const entries = [entry(0, 0, 10, 10), entry(101, 0, 20, 20), entry(201, 0, 5, 5)];
  assert.deepEqual(killCosts([entries], [kKilledAt, 200], kConnections), [
    { refetched: 10, bound: 40 },
    { refetched: 5, bound: 80 },
  ]);
});
