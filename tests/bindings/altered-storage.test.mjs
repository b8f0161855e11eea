// Stored data altered behind the worker's back, by a disk, by a script of the
// origin, by another version: the next worker recovers every byte, or says
// clearly what is gone. Never a crash, never a wrong byte that a length betrays.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, mock, test } from 'node:test';

import { bodyStoreName, deleteDatabase, journalPath } from '../../js/shared/scope-storage.js';
import { sha256Of, startServer } from '../server/server.mjs';
import { WorkerInNode, fetchOptions, gateFetch, setLocks, storableRequest } from './worker-in-node.mjs';

const kSize = 3 * 1024 * 1024 + 5;
const kUid = '00000000-0000-4000-8000-000000000001';
const kEnough = 1024 * 1024;

/** Of a body that is stored by itself, however many come at once. */
const kUnpackedBytes = 20_000;

const kFiles = 'FILE_DATA';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {string} */
let scope;
/** @type {ReturnType<typeof mock.method>} */
let errors;
let scopes = 0;
/** Lets answers come that begin behind `kEnough`. */
let openGate = () => {};

before(async () => {
  server = await startServer();
});
after(() => server.close());

beforeEach(() => {
  mock.restoreAll();
  errors = mock.method(console, 'error', () => {});
  openGate = gateFetch((request) => {
    const [, begin] = /bytes=(\d+)-/.exec(request.headers.get('range') ?? '') ?? [];
    return Number(begin) >= kEnough;
  });
  setLocks();
  scopes += 1;
  scope = `${server.origin}/scope-${scopes}/`;
});

/** @param {string} name @param {number} version @returns {Promise<IDBDatabase>} */
function openDatabase(name, version) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {'bodies' | 'journal'} which
 * @param {string} name  Of the object store.
 * @param {(store: IDBObjectStore, keys: any[], values: any[]) => void} alter
 */
async function alter(which, name, alter) {
  const database = which === 'bodies'
    ? await openDatabase(bodyStoreName(scope), 2)
    : await openDatabase(journalPath(scope), 21);
  await new Promise((resolve, reject) => {
    const transaction = database.transaction(name, 'readwrite');
    const store = transaction.objectStore(name);
    const keys = store.getAllKeys();
    const values = store.getAll();
    values.onsuccess = () => alter(store, keys.result, values.result);
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  database.close();
}

/** A worker that dies with a part of a fetch stored. */
async function downloadHalf() {
  const worker = new WorkerInNode(scope);
  const url = `${server.origin}/bytes/half-${scopes}?size=${kSize}&seed=half`;
  const requests = [storableRequest(url)];
  await worker.ask('fetch', { uid: kUid, options: fetchOptions('half'), requests });
  await worker.until(kUid, (snapshot) => (snapshot?.downloaded ?? 0) >= kEnough);
  await worker.die();
}

/** @param {Blob | ArrayBuffer} body */
async function hashOf(body) {
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  return createHash('sha256').update(bytes).digest('hex');
}

async function assertEndsWhole() {
  openGate();
  const worker = new WorkerInNode(scope);
  const ended = worker.endOf(kUid);
  await worker.ask('hello', {});
  const { result, failureReason, downloaded } = await ended;
  assert.deepEqual({ result, failureReason, downloaded },
    { result: 'success', failureReason: '', downloaded: kSize });
  const [{ body }] = await worker.ask('responses', { uid: kUid, records: [0] });
  assert.equal(await hashOf(body), sha256Of('half', kSize));
  assert.equal(errors.mock.callCount(), 0, 'the engine has not failed');
  await worker.die();
}

/** Everything that was promised is gone, and the scope can be used. */
async function assertForgotten() {
  openGate();
  const worker = new WorkerInNode(scope);
  await worker.ask('hello', {});
  assert.deepEqual(await worker.ask('getIds', {}), []);
  const uid = `${kUid}-again`;
  const ended = worker.endOf(uid);
  const url = `${server.origin}/bytes/again-${scopes}?size=5000&seed=again`;
  const requests = [storableRequest(url)];
  await worker.ask('fetch', { uid, options: fetchOptions('half'), requests });
  assert.equal((await ended).result, 'success');
  assert.equal(errors.mock.callCount(), 0, 'the engine has not failed');
  await worker.die();
}

/** @param {any} data @returns {any} */
function oneByteLess(data) {
  return data.slice(0, -1);
}

/** @typedef {(store: IDBObjectStore, keys: any[], values: any[]) => void} Alteration */

/** @param {(value: any, key: any) => any} change @returns {Alteration} */
function eachValue(change) {
  return (store, keys, values) => {
    keys.forEach((key, index) => store.put(change(values[index], key), key));
  };
}

/** @param {(keys: any[]) => any} makeKey @param {any} [value] @returns {Alteration} */
function foreign(makeKey, value = new ArrayBuffer(4)) {
  return (store, keys) => store.put(value, makeKey(keys));
}

/** @type {Record<string, ['bodies' | 'journal', string, Alteration]>} */
const kWhole = {
  'every chunk one byte shorter': ['bodies', 'chunks', eachValue(oneByteLess)],
  'every chunk one byte longer': [
    'bodies', 'chunks', eachValue((data) => new Blob([data, 'x'])),
  ],
  'every chunk empty': ['bodies', 'chunks', eachValue(() => new ArrayBuffer(0))],
  'text for chunks': ['bodies', 'chunks', eachValue(() => 'text')],
  'nothing for chunks': ['bodies', 'chunks', eachValue(() => null)],
  'one chunk removed': ['bodies', 'chunks', (store, keys) => store.delete(keys[0])],
  'all chunks removed': ['bodies', 'chunks', (store) => store.clear()],
  'a chunk of another fetch': [
    'bodies', 'chunks', foreign(() => ['another', 0, 0, 0, 4]),
  ],
  'a chunk of a record there is not': ['bodies', 'chunks', foreign(() => [kUid, 7, 0, 0, 4])],
  'a chunk of another generation': ['bodies', 'chunks', foreign(() => [kUid, 0, 9, 0, 4])],
  'a chunk that ends before it begins': [
    'bodies', 'chunks', foreign(([[uid, record, generation]]) => [uid, record, generation, 9, 5]),
  ],
  'a chunk before the beginning': ['bodies', 'chunks', foreign(() => [kUid, 0, 0, -9, 5])],
  'a chunk at half a byte': ['bodies', 'chunks', foreign(() => [kUid, 0, 0, 0.5, 4.5])],
  'a chunk at infinity': ['bodies', 'chunks', foreign(() => [kUid, 0, 0, 0, Infinity])],
  'a record that is too large to count': [
    'bodies', 'chunks', foreign(() => [kUid, 2 ** 40, 0, 0, 4]),
  ],
  'a chunk whose key is a number': ['bodies', 'chunks', foreign(() => 5)],
  'a chunk whose key is a text': ['bodies', 'chunks', foreign(() => kUid)],
  'a chunk whose key is a date': ['bodies', 'chunks', foreign(() => new Date(5))],
  'a chunk whose key is short': ['bodies', 'chunks', foreign(() => [kUid])],
  'a chunk whose key is of texts': ['bodies', 'chunks', foreign(() => ['0', '1', '2', '3', '4'])],
  'a large chunk whose key is of dates': [
    'bodies', 'chunks', foreign(() => [kUid, 0, 0, new Date(0), new Date(9e9)]),
  ],
  'the head removed': ['bodies', 'heads', (store) => store.clear()],
  'nothing for a head': ['bodies', 'heads', eachValue(() => null)],
  'an empty head': ['bodies', 'heads', eachValue(() => ({}))],
  'a head whose headers are none': [
    'bodies', 'heads', eachValue((head) => ({ ...head, headers: 5 })),
  ],
  'a head whose status is a text': [
    'bodies', 'heads', eachValue((head) => ({ ...head, status: '200' })),
  ],
  'a head whose key is a number': ['bodies', 'heads', foreign(() => 5, {})],
  'an upload body of nobody': ['bodies', 'bodies', foreign(() => ['another', 0])],
  'an upload body whose key is a number': ['bodies', 'bodies', foreign(() => 5)],
  'an upload body whose key is of numbers': ['bodies', 'bodies', foreign(() => [5, 5])],
  'a file that is none, in the journal': ['journal', kFiles, foreign((keys) => `${keys[0]}-x`, 5)],
  'a file without contents, in the journal': [
    'journal', kFiles,
    foreign(() => `${journalPath(scope)}/00000099.log`, { timestamp: new Date(1), mode: 0o100666 }),
  ],
  'a file of another kind, in the journal': [
    'journal', kFiles,
    foreign(() => `${journalPath(scope)}/pipe`, { timestamp: new Date(1), mode: 0o010666 }),
  ],
  'a file elsewhere, in the journal': [
    'journal', kFiles,
    foreign(() => '/etc/evil', { timestamp: 5, mode: 0o100666, contents: new Uint8Array(3) }),
  ],
  'a file whose name is a number, in the journal': ['journal', kFiles, foreign(() => 5, {})],
  'a segment of a newer version, in the journal': [
    'journal', kFiles,
    foreign(() => `${journalPath(scope)}/00000098.log`, {
      timestamp: new Date(1), mode: 0o100666,
      contents: new Uint8Array([...Buffer.from('BFPJ'), 2, ...new Array(40).fill(7)]),
    }),
  ],
};

for (const [name, [which, store, alteration]] of Object.entries(kWhole)) {
  test(`recovered, with every byte: ${name}`, async () => {
    await downloadHalf();
    await alter(which, store, alteration);
    await assertEndsWhole();
  });
}

/** @param {(contents: Uint8Array) => Uint8Array} change @returns {Alteration} */
function eachSegment(change) {
  return eachValue((file) => {
    return file.contents ? { ...file, contents: change(new Uint8Array(file.contents)) } : file;
  });
}

/** @type {Record<string, Alteration>} */
const kForgotten = {
  'all of it removed': (store) => store.clear(),
  'a bit flipped in the first entry': eachSegment((bytes) => {
    bytes[40] ^= 1;
    return bytes;
  }),
  'a bit flipped in the header': eachSegment((bytes) => {
    bytes[9] ^= 1;
    return bytes;
  }),
  'cut after the header': eachSegment((bytes) => bytes.slice(0, 20)),
  'made of zeros': eachSegment((bytes) => bytes.fill(0)),
  'text for files': eachSegment(() => /** @type {any} */ ('text')),
  'of a newer version': eachSegment((bytes) => {
    bytes[4] = 2;
    return bytes;
  }),
};

for (const [name, alteration] of Object.entries(kForgotten)) {
  test(`a journal that is ${name} forgets the fetch, and the scope works on`, async () => {
    await downloadHalf();
    await alter('journal', kFiles, alteration);
    await assertForgotten();
  });
}

for (const [which, version] of /** @type {const} */ ([['bodies', 3], ['journal', 22]])) {
  test(`a database of a newer version is an error, and not a loss: ${which}`, async () => {
    const name = which === 'bodies' ? bodyStoreName(scope) : journalPath(scope);
    await downloadHalf();
    (await openDatabase(name, version)).close();
    const worker = new WorkerInNode(scope);
    await assert.rejects(worker.ask('getIds', {}), { name: 'UnknownError' });
    const requests = [storableRequest(`${server.origin}/bytes/newer?size=5`)];
    const fields = { uid: 'newer', options: fetchOptions('newer'), requests };
    await assert.rejects(worker.ask('fetch', fields), { name: 'UnknownError' });
    assert.equal(errors.mock.callCount(), 0, 'the engine has not failed');
    await worker.die();
    await deleteDatabase(name);
  });
}

test('a chunk cut after the outcome costs its record, not the others', async () => {
  openGate();
  const worker = new WorkerInNode(scope);
  const ended = worker.endOf(kUid);
  const requests = ['one', 'two'].map((name) =>
    storableRequest(`${server.origin}/bytes/${name}-${scopes}?size=${kUnpackedBytes}&seed=${name}`));
  await worker.ask('fetch', { uid: kUid, options: fetchOptions('cut'), requests });
  assert.equal((await ended).result, 'success');
  await alter('bodies', 'chunks', eachValue((data, [, record]) => {
    return record === 0 ? oneByteLess(data) : data;
  }));
  const [one, two] = await worker.ask('responses', { uid: kUid, records: [0, 1] });
  assert.equal(one.error.name, 'TypeError');
  assert.equal(one.body, null);
  assert.equal(await hashOf(two.body), sha256Of('two', kUnpackedBytes));
  await worker.die();
});

test('chunks of one length that are swapped are not noticed: contents are not hashed', async () => {
  openGate();
  const worker = new WorkerInNode(scope);
  const ended = worker.endOf(kUid);
  const requests = ['one', 'two'].map((name) =>
    storableRequest(`${server.origin}/bytes/${name}-${scopes}?size=${kUnpackedBytes}&seed=${name}`));
  await worker.ask('fetch', { uid: kUid, options: fetchOptions('swapped'), requests });
  assert.equal((await ended).result, 'success');
  await alter('bodies', 'chunks', (store, keys, values) => {
    store.put(values[1], keys[0]);
    store.put(values[0], keys[1]);
  });
  const [one] = await worker.ask('responses', { uid: kUid, records: [0] });
  assert.equal(await hashOf(one.body), sha256Of('two', kUnpackedBytes));
  await worker.die();
});
