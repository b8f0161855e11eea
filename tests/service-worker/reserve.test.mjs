import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { StorageError } from '../../js/service-worker/database.js';
import { Reserve } from '../../js/service-worker/reserve.js';
import { reserveName } from '../../js/shared/scope-storage.js';

const kFull = new DOMException('', 'QuotaExceededError');

let scopes = 0;
/** @type {string} */
let name;
/** @type {Reserve} */
let reserve;

beforeEach(() => {
  scopes += 1;
  name = reserveName(`https://example.test/reserve/${scopes}/`);
  reserve = new Reserve(`https://example.test/reserve/${scopes}/`);
});

async function isThere() {
  return (await indexedDB.databases()).some((database) => database.name === name);
}

/**
 * Work for which there is no room while the reserve is there.
 *
 * @returns {Promise<string>}
 */
async function doWhatNeedsRoom() {
  if (await isThere()) throw new StorageError(kFull);
  return 'done';
}

test('work for which there is room leaves the reserve alone', async () => {
  await reserve.keep();
  assert.equal(await reserve.lendTo(isThere), true);
});

test('the reserve makes room once, and is there again afterwards', async () => {
  for (const round of [1, 2]) {
    await reserve.keep();
    assert.equal(await isThere(), true, `round ${round}`);
    assert.equal(await reserve.lendTo(doWhatNeedsRoom), 'done');
  }
});

test('work that finds no room in the reserve either fails as it did', async () => {
  await reserve.keep();
  let attempts = 0;
  await assert.rejects(reserve.lendTo(async () => {
    attempts += 1;
    throw new StorageError(kFull);
  }), { name: 'StorageError', isQuota: true });
  assert.equal(attempts, 2);
});

test('other failures neither take the reserve nor are tried again', async () => {
  await reserve.keep();
  for (const error of [new StorageError(new DOMException('', 'AbortError')), new TypeError('')]) {
    let attempts = 0;
    await assert.rejects(reserve.lendTo(async () => {
      attempts += 1;
      throw error;
    }), error);
    assert.equal(attempts, 1);
  }
  assert.equal(await isThere(), true);
});

test('a reserve for which there is no room is no reserve, until there is room', async () => {
  const { put } = IDBObjectStore.prototype;
  // As WebKit does where the disk is full: no error is given.
  IDBObjectStore.prototype.put = /** @this {IDBObjectStore} @returns {any} */ function () {
    this.transaction.abort();
  };
  await reserve.keep();
  assert.deepEqual([await reserve.isKept(), await isThere()], [false, false]);
  IDBObjectStore.prototype.put = put;
  assert.deepEqual([await reserve.isKept(), await isThere()], [true, true]);
});

test('what was dropped is gone, and a fenced one makes none', async () => {
  await reserve.keep();
  await reserve.drop();
  assert.equal(await isThere(), false);
  await reserve.fence();
  await reserve.keep();
  assert.equal(await isThere(), false);
});
