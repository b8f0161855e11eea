import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { Database, StorageError, mayExist } from '../../js/service-worker/database.js';
import { deleteDatabase } from '../../js/shared/scope-storage.js';
import { promisesSettle } from './fake-engine.mjs';

let databases = 0;
/** @type {Database} */
let database;

beforeEach(() => {
  mock.restoreAll();
  databases += 1;
  database = new Database(`test-${databases}`, 1, (created) => {
    created.createObjectStore('things');
    created.createObjectStore('other things');
  });
});

/** @param {string} value */
function put(value) {
  return database.write((transaction) => {
    transaction.objectStore('things').put(value, 'key');
  });
}

async function get() {
  const request = await database.read((transaction) =>
    transaction.objectStore('things').get('key'),
  );
  return request.result;
}

test('what is put is there, also after the connection was closed', async () => {
  await put('a');
  await database.close();
  assert.equal(await get(), 'a');
});

test('a store that may not be opened is a StorageError, and is tried again', async () => {
  mock.method(indexedDB, 'open', () => {
    throw new DOMException('denied', 'SecurityError');
  });
  await assert.rejects(put('a'), StorageError);
  mock.restoreAll();
  await put('a');
  assert.equal(await get(), 'a');
});

test('a database whose deletion somebody blocks is a StorageError in the end', async () => {
  await put('a');
  await database.close();
  /** @type {IDBDatabase} */
  const foreign = await new Promise((resolve) => {
    const request = indexedDB.open(`test-${databases}`);
    request.onsuccess = () => resolve(request.result);
  });
  await deleteDatabase(`test-${databases}`);
  mock.timers.enable({ apis: ['setTimeout'] });
  const refused = assert.rejects(put('b'), StorageError);
  await promisesSettle();
  mock.timers.tick(30_000);
  mock.timers.reset();
  await refused;
  foreign.close();
  // What came too late is closed, and holds up nobody.
  await put('c');
  assert.equal(await get(), 'c');
  await database.close();
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(`test-${databases}`);
    request.onsuccess = resolve;
    request.onblocked = reject;
  });
});

test('a connection that is closing whenever it is used is a StorageError', async () => {
  await put('a');
  mock.method(IDBDatabase.prototype, 'transaction', () => {
    throw new DOMException('closing', 'InvalidStateError');
  });
  await assert.rejects(get(), StorageError);
  mock.restoreAll();
  assert.equal(await get(), 'a');
});

test('a connection that was closed unseen is replaced', async () => {
  await put('a');
  const { transaction } = IDBDatabase.prototype;
  let isFirst = true;
  mock.method(IDBDatabase.prototype, 'transaction', function (/** @type {any[]} */ ...args) {
    // @ts-ignore: IDBDatabase
    const connection = /** @type {any} */ (this);
    if (isFirst) connection.close();
    isFirst = false;
    return transaction.apply(connection, /** @type {any} */ (args));
  });
  assert.equal(await get(), 'a');
});

/**
 * Transactions that are aborted by the browser.
 *
 * @param {number} times
 * @param {DOMException | null} error
 */
function abortTransactions(times, error) {
  const { put } = IDBObjectStore.prototype;
  const connections = new Set();
  mock.method(IDBObjectStore.prototype, 'put', function (/** @type {any[]} */ ...values) {
    const { transaction } = /** @type {any} */ (this);
    connections.add(transaction.db);
    const request = put.apply(/** @type {any} */ (this), /** @type {any} */ (values));
    times -= 1;
    if (times >= 0) {
      transaction.abort();
      Object.defineProperty(transaction, 'error', { value: error });
    }
    return request;
  });
  return connections;
}

for (const [what, error] of /** @type {[string, DOMException | null][]} */ ([
  ['without an error', null],
  ['with an unknown one', new DOMException('Unable to store record', 'UnknownError')],
])) {
  test(`what is aborted ${what} is repeated on another connection`, async () => {
    const connections = abortTransactions(1, error);
    await put('a');
    assert.equal(connections.size, 2);
    assert.equal(await get(), 'a');
  });

  test(`what is aborted ${what} twice is taken for a full disk`, async () => {
    abortTransactions(2, error);
    await assert.rejects(put('a'), { name: 'StorageError', isQuota: true });
  });
}

test('a database server that is lost is no full disk', async () => {
  abortTransactions(2, new DOMException(
    'Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError',
  ));
  await assert.rejects(put('a'), { name: 'StorageError', isQuota: false });
});

test('a disk that says it is full is not asked again', async () => {
  const connections = abortTransactions(1, new DOMException('full', 'QuotaExceededError'));
  await assert.rejects(put('a'), { name: 'StorageError', isQuota: true });
  assert.equal(connections.size, 1);
});

test('when the work throws, its error comes out and nothing is stored', async () => {
  const refused = database.write((transaction) => {
    transaction.objectStore('things').put('b', 'key');
    throw new RangeError('no');
  });
  await assert.rejects(refused, RangeError);
  assert.equal(await get(), undefined);
});

test('each transaction begins when the one before it has ended', async () => {
  await put('');
  /** @type {string[]} */
  const steps = [];
  const { transaction: begin } = IDBDatabase.prototype;
  mock.method(IDBDatabase.prototype, 'transaction', function (/** @type {any[]} */ ...args) {
    // @ts-ignore: IDBDatabase
    const begun = begin.apply(/** @type {any} */ (this), /** @type {any} */ (args));
    steps.push(`${begun.mode} begins`);
    for (const type of ['complete', 'abort']) {
      begun.addEventListener(type, () => steps.push(`${begun.mode} ends`));
    }
    return begun;
  });
  await Promise.all([put('a'), put('b'), get(), get(), put('c')]);
  const modes = ['readwrite', 'readwrite', 'readonly', 'readonly', 'readwrite'];
  assert.deepEqual(steps, modes.flatMap((mode) => [`${mode} begins`, `${mode} ends`]));
});

test('a transaction that does not end is a StorageError, and holds up no other', async () => {
  await put('a');
  mock.timers.enable({ apis: ['setTimeout'] });
  const refused = assert.rejects(
    database.read((transaction) => {
      const again = () => {
        transaction.objectStore('things').get('key').onsuccess = again;
      };
      again();
    }),
    { name: 'StorageError', isQuota: false, isStuck: true },
  );
  const next = put('b');
  await promisesSettle();
  mock.timers.tick(300_000);
  mock.timers.reset();
  await Promise.all([refused, next]);
  assert.equal(await get(), 'b');
});

test('a fenced database begins no transaction, and is not made again', async () => {
  await put('a');
  await database.fence();
  await assert.rejects(put('b'), StorageError);
  await assert.rejects(get(), StorageError);
});

test('a deletion that another connection holds up is not waited for', async () => {
  const name = 'held up';
  const connection = await new Promise((resolve) => {
    const request = indexedDB.open(name, 1);
    request.onsuccess = () => resolve(request.result);
  });
  // A stopped worker's: nobody hears that it is asked to close.
  await deleteDatabase(name);
  connection.close();
});

test('where the browser cannot tell what there is, anything may be', async () => {
  const { databases } = indexedDB;
  indexedDB.databases = async () => {
    throw new DOMException('', 'UnknownError');
  };
  assert.equal(await mayExist('none'), true);
  indexedDB.databases = databases;
  assert.equal(await mayExist('none'), false);
});
