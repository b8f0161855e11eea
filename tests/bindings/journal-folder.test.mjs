// The corrected IDBFS against the core's own: each fault is provoked in both,
// so that we notice when Emscripten no longer has it and when ours gets it.

import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { StorageError } from '../../js/service-worker/database.js';
import { isJournalStored, mountJournal } from '../../js/service-worker/journal-folder.js';
import { deleteDatabase } from '../../js/shared/scope-storage.js';
import { loadCore } from './load-core.mjs';
import { loadOriginal } from './original-idbfs.mjs';

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

/**
 * What both have: a folder in memory, and a way to make it durable.
 *
 * @typedef {object} Folder
 * @property {(text: string) => void} write  Replaces the one file.
 * @property {() => Promise<unknown>} sync
 */

const kFileStore = 'FILE_DATA';

/** Longer than any sync of one small file takes by far. */
const kNeverMs = 500;

let mounts = 0;
/** @type {string} A path, and so a database, for each test. */
let path;
/** @type {any} */
let core;

beforeEach(async () => {
  core = await loadCore();
  mounts += 1;
  path = `/background-fetch/test-${mounts}`;
});

/** @returns {Promise<Folder>} As Emscripten ships it. */
async function mountOriginal() {
  core = await loadOriginal();
  core.FS.mkdirTree(path);
  core.FS.mount(core.IDBFS, {}, path);
  return {
    write,
    sync: () =>
      new Promise((resolve, reject) => {
        /** @param {unknown} error */
        const done = (error) => (error ? reject(error) : resolve(null));
        core.FS.syncfs(false, done);
      }),
  };
}

/** @returns {Folder} */
function mountOurs() {
  const folder = mountJournal(core, path);
  return { write, sync: () => folder.sync() };
}

/** @param {string} text */
function write(text) {
  writeFile('log', text);
}

/** @param {string} name @param {string} text */
function writeFile(name, text) {
  core.FS.writeFile(`${path}/${name}`, new TextEncoder().encode(text));
}

/** @returns {Promise<IDBDatabase>} A connection of the test's own; close it. */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(path);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @returns {Promise<string | undefined>} What the file holds in the database. */
async function stored(name = 'log') {
  const connection = await open();
  const store = connection.transaction(kFileStore).objectStore(kFileStore);
  const request = store.get(`${path}/${name}`);
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  connection.close();
  return request.result && new TextDecoder().decode(request.result.contents);
}

/**
 * @param {import('node:test').TestContext} t
 * @param {any} put  Takes the place of the next IDBObjectStore.put().
 * @param {number} times
 */
function breakNextPut(t, put, times = 1) {
  const { mock } = t.mock.method(IDBObjectStore.prototype, 'put');
  for (let call = 0; call < times; call += 1) mock.mockImplementationOnce(put, call);
}

/**
 * @this {IDBObjectStore}
 * @param {unknown} value
 * @param {string} key
 */
function putAndAbort(value, key) {
  const request = this.add(value, `${key}-aborted`);
  this.transaction.abort();
  return request;
}

/**
 * A request that fails: there is such a key already.
 *
 * @this {IDBObjectStore}
 * @param {unknown} value
 * @param {string} key
 */
function putAsAdd(value, key) {
  return this.add(value, key);
}

/** @param {Promise<unknown>} promise */
async function isSettled(promise) {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  await new Promise((resolve) => setTimeout(resolve, kNeverMs));
  return settled;
}

/** @param {import('node:test').TestContext} t */
function recordConnections(t) {
  /** @type {IDBDatabase[]} */
  const connections = [];
  const original = indexedDB.open.bind(indexedDB);
  t.mock.method(indexedDB, 'open', (/** @type {[string, number]} */ ...args) => {
    const request = original(...args);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  });
  return connections;
}

/** @returns {Promise<'deleted' | 'blocked'>} */
function deleteFolder() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(path);
    request.onsuccess = () => resolve('deleted');
    request.onblocked = () => resolve('blocked');
    request.onerror = () => reject(request.error);
  });
}

test('an aborted transaction: the original never calls back', async (t) => {
  const folder = await mountOriginal();
  folder.write('one');
  breakNextPut(t, putAndAbort);
  assert.equal(await isSettled(folder.sync()), false);
});

test('an aborted transaction rejects, and the next sync stores it all', async (t) => {
  const folder = mountOurs();
  folder.write('one');
  breakNextPut(t, putAndAbort, 2);
  await assert.rejects(folder.sync(), StorageError);
  assert.equal(await stored(), undefined);
  await folder.sync();
  assert.equal(await stored(), 'one');
});

test('a transaction that is aborted once, for no reason, is repeated', async (t) => {
  const folder = mountOurs();
  folder.write('one');
  breakNextPut(t, putAndAbort);
  await folder.sync();
  assert.equal(await stored(), 'one');
});

test('aborted without an error, as WebKit does on a full disk, is quota', async (t) => {
  const folder = mountOurs();
  folder.write('one');
  breakNextPut(t, putAndAbort, 2);
  await assert.rejects(folder.sync(), { isQuota: true });
});

test('two writes in one millisecond: the original loses the second', async (t) => {
  const folder = await mountOriginal();
  t.mock.method(Date, 'now', () => 1_800_000_000_000);
  folder.write('one');
  await folder.sync();
  folder.write('two');
  await folder.sync();
  assert.equal(await stored(), 'one');
});

test('two writes in one millisecond: the second is stored', async (t) => {
  const folder = mountOurs();
  t.mock.method(Date, 'now', () => 1_800_000_000_000);
  folder.write('one');
  await folder.sync();
  folder.write('two');
  await folder.sync();
  assert.equal(await stored(), 'two');
});

test('a connection the browser closed: the original fails for ever', async (t) => {
  const folder = await mountOriginal();
  const connections = recordConnections(t);
  folder.write('one');
  await folder.sync();
  forceCloseDatabase(/** @type {any} */ (connections[0]));
  folder.write('two');
  await assert.rejects(folder.sync());
  await assert.rejects(folder.sync());
});

test('a connection the browser closed is replaced', async (t) => {
  const folder = mountOurs();
  const connections = recordConnections(t);
  folder.write('one');
  await folder.sync();
  forceCloseDatabase(/** @type {any} */ (connections[0]));
  folder.write('two');
  await folder.sync();
  assert.equal(await stored(), 'two');
});

test('the original blocks deleteDatabase', async (t) => {
  const folder = await mountOriginal();
  const connections = recordConnections(t);
  folder.write('one');
  await folder.sync();
  assert.equal(await deleteFolder(), 'blocked');
  connections[0].close(); // or this process would wait for ever, too
});

test('deleteDatabase is not blocked, and the next sync begins anew', async () => {
  const folder = mountOurs();
  folder.write('one');
  await folder.sync();
  assert.equal(await deleteFolder(), 'deleted');
  folder.write('two');
  await folder.sync();
  assert.equal(await stored(), 'two');
});

test('a failed put: the original throws on its way to say so, and never calls back', async (t) => {
  const folder = await mountOriginal();
  folder.write('one');
  await folder.sync();
  await new Promise((resolve) => setTimeout(resolve, 2)); // its other fault
  folder.write('two');
  breakNextPut(t, putAsAdd);
  assert.equal(await isSettled(folder.sync()), false);
});

test('a failed put rejects with its error, and the next sync stores it', async (t) => {
  const folder = mountOurs();
  folder.write('one');
  await folder.sync();
  folder.write('two');
  breakNextPut(t, putAsAdd);
  await assert.rejects(folder.sync(), (/** @type {any} */ error) => {
    return error instanceof StorageError && error.cause instanceof DOMException &&
      error.cause.name === 'ConstraintError' && !error.isQuota;
  });
  assert.equal(await stored(), 'one');
  await folder.sync();
  assert.equal(await stored(), 'two');
});

test('one sync at a time; those that wait for the same one share it', async (t) => {
  const folder = mountJournal(core, path);
  let running = 0;
  let syncs = 0;
  const { syncfs } = core.FS;
  t.mock.method(core.FS, 'syncfs', (/** @type {boolean} */ populate, /** @type {any} */ done) => {
    syncs += 1;
    running += 1;
    assert.equal(running, 1);
    syncfs(populate, (/** @type {unknown} */ error) => {
      running -= 1;
      done(error);
    });
  });
  write('one');
  const first = folder.sync();
  await null; // it has begun
  write('two');
  const second = folder.sync();
  const third = folder.sync();
  assert.equal(second, third);
  await Promise.all([first, second]);
  assert.equal(syncs, 2);
  assert.equal(await stored(), 'two');
});

test('a sync that waits when the folder is closed writes nothing', async (t) => {
  const folder = mountJournal(core, path);
  write('none');
  await folder.sync();
  write('one');
  const running = folder.sync();
  const { put } = IDBObjectStore.prototype;
  await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    t.mock.method(IDBObjectStore.prototype, 'put', function(/** @type {any} */ ...options) {
      resolve();
      return put.apply(/** @type {any} */ (this), options);
    });
  });
  const waiting = folder.sync();
  write('another');
  const closed = folder.close();
  await assert.rejects(waiting);
  await Promise.all([running, closed]);
  assert.equal(await stored(), 'one');
});

test('a sync whose transaction has not begun when the folder is closed writes nothing', async (t) => {
  const folder = mountJournal(core, path);
  write('one');
  const { open } = indexedDB;
  /** @type {Promise<void>} */
  const opens = new Promise((resolve) => {
    t.mock.method(indexedDB, 'open', (/** @type {[string, number]} */ ...names) => {
      resolve();
      return open.apply(indexedDB, names);
    });
  });
  const running = folder.sync();
  await opens;
  const closed = folder.close();
  await assert.rejects(running);
  await closed;
  assert.equal(await stored(), undefined);
});

test('a journal is stored from its first file on, until it is cleared', async () => {
  const folder = mountJournal(core, path);
  assert.equal(await isJournalStored(path), false);
  await folder.load();
  assert.equal(await isJournalStored(path), false, 'a database alone is none');
  write('one');
  await folder.sync();
  assert.equal(await isJournalStored(path), true);
  await folder.close();
  await folder.clear();
  assert.equal(await isJournalStored(path), false);
  // Nothing keeps it open.
  await deleteDatabase(path);
  assert.equal(await isJournalStored(path), false);
});

test('a cleared journal is closed again, also when it could not be cleared', async (t) => {
  const folder = mountJournal(core, path);
  write('one');
  await folder.sync();
  await folder.close();
  t.mock.method(IDBObjectStore.prototype, 'clear', () => {
    throw new DOMException('', 'InvalidStateError');
  });
  await assert.rejects(folder.clear());
  assert.equal(await isJournalStored(path), true);
  write('another');
  await assert.rejects(folder.sync(), StorageError);
  assert.equal(await stored(), 'one');
});

test('where nobody can tell whether a journal is stored, it is', async (t) => {
  const folder = mountJournal(core, path);
  write('one');
  await folder.sync();
  t.mock.method(IDBObjectStore.prototype, 'count', () => {
    throw new DOMException('', 'InvalidStateError');
  });
  assert.equal(await isJournalStored(path), true);
});

test('a second folder on the same path loads what the first has stored', async () => {
  const first = mountJournal(core, path);
  write('one');
  writeFile('old', 'gone');
  await first.sync();
  core.FS.unlink(`${path}/old`);
  await first.sync();
  await first.close();

  core = await loadCore();
  const second = mountJournal(core, path);
  write('never stored');
  await second.load();
  assert.deepEqual(core.FS.readdir(path).sort(), ['.', '..', 'log']);
  const { contents, usedBytes } = core.FS.lookupPath(`${path}/log`).node;
  assert.equal(Buffer.from(contents.subarray(0, usedBytes)).toString(), 'one');
  writeFile('new', 'three');
  await second.sync();
  assert.equal(await stored('new'), 'three');
  assert.equal(await stored(), 'one');
});

test('an unchanged folder is not written again', async (t) => {
  const folder = mountOurs();
  folder.write('one');
  await folder.sync();
  const put = t.mock.method(IDBObjectStore.prototype, 'put');
  await folder.sync();
  assert.equal(put.mock.callCount(), 0);
});
