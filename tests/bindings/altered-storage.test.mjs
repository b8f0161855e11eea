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

/** Bodies for packs: each has a length of its own, and the last ones come when the gate opens. */
const kSmall = Array.from({ length: 12 }, (_, index) => ({
  name: `${index < 8 ? 'early' : 'late'}-${index}`,
  size: 1_000 + 10 * index,
}));
const kEarly = kSmall.filter(({ name }) => name.startsWith('early'));

const kFiles = 'FILE_DATA';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {string} */
let scope;
/** @type {ReturnType<typeof mock.method>} */
let errors;
let scopes = 0;
/** Lets answers come that begin behind `kEnough`, or are late. */
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
    return Number(begin) >= kEnough || request.url.includes('/late-');
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

/** @param {{name: string, size: number}[]} files */
function requestsOf(files) {
  return files.map(({ name, size }) =>
    storableRequest(`${server.origin}/bytes/${name}-${scopes}?size=${size}&seed=${name}`));
}

/** A worker that dies with some small bodies stored, most of them in packs. */
async function downloadHalfOfSmall() {
  const worker = new WorkerInNode(scope);
  const requests = requestsOf(kSmall);
  await worker.ask('fetch', { uid: kUid, options: fetchOptions('small'), requests });
  const enough = kEarly.reduce((sum, { size }) => sum + size, 0);
  await worker.until(kUid, (snapshot) => (snapshot?.downloaded ?? 0) >= enough);
  await worker.die();
}

/** A worker that has stored all of it. @param {{name: string, size: number}[]} files */
async function downloadAll(files) {
  openGate();
  const worker = new WorkerInNode(scope);
  const ended = worker.endOf(kUid);
  const requests = requestsOf(files);
  await worker.ask('fetch', { uid: kUid, options: fetchOptions('all'), requests });
  assert.equal((await ended).result, 'success');
  return worker;
}

/** @returns {Promise<any[][]>} What the heads of each pack say of its bodies. */
async function readPacks() {
  /** @type {any[][]} */
  let packs = [];
  await alter('bodies', 'packHeads', (_, keys, values) => (packs = values));
  assert.notEqual(packs.length, 0, 'nothing is in packs');
  return packs;
}

/** @param {string} name  Of a store of bodies. */
async function keysOf(name) {
  /** @type {any[]} */
  let keys = [];
  await alter('bodies', name, (_, all) => (keys = all));
  return keys;
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

/** @param {number[]} [lost]  Records whose bytes are gone. */
async function assertSmallEndWhole(lost = []) {
  openGate();
  const worker = new WorkerInNode(scope);
  const ended = worker.endOf(kUid);
  await worker.ask('hello', {});
  const { result, failureReason, downloaded } = await ended;
  assert.deepEqual({ result, failureReason, downloaded }, {
    result: 'success', failureReason: '',
    downloaded: kSmall.reduce((sum, { size }) => sum + size, 0),
  });
  await assertSmallStored(worker, lost);
  assert.deepEqual(await keysOf('packs'), await keysOf('packHeads'), 'half a pack is left');
  await worker.die();
}

/** @param {WorkerInNode} worker @param {number[]} lost */
async function assertSmallStored(worker, lost) {
  const records = kSmall.map((_, record) => record);
  const stored = await worker.ask('responses', { uid: kUid, records });
  const hashes = await Promise.all(stored.map((/** @type {any} */ { body, error }) =>
    body ? hashOf(body) : error.name));
  assert.deepEqual(hashes, kSmall.map(({ name, size }, record) =>
    lost.includes(record) ? 'TypeError' : sha256Of(name, size)));
  assert.equal(errors.mock.callCount(), 0, 'the engine has not failed');
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

/** The first body of each pack. @param {(body: any) => any} change @returns {Alteration} */
function firstOfEach(change) {
  return eachValue(([first, ...others]) => [change(first), ...others]);
}

/** @param {(body: any) => any} change @returns {Alteration} */
function eachPacked(change) {
  return eachValue((bodies) => bodies.map(change));
}

/** @param {(key: any) => any} makeKey @returns {Alteration} */
function moved(makeKey) {
  return (store, [key], [value]) => {
    store.delete(key);
    store.put(value, makeKey(key));
  };
}

/** @type {Record<string, ['packs' | 'packHeads', Alteration]>} */
const kPacksWhole = {
  'one pack removed': ['packs', (store, keys) => store.delete(keys[0])],
  'all packs removed': ['packs', (store) => store.clear()],
  'every pack one body longer': ['packs', eachValue((data) => [...data, new ArrayBuffer(1)])],
  'an object for every pack': ['packs', eachValue((data) => ({ ...data }))],
  'a pack without heads': ['packs', foreign(() => [kUid, 7, 9])],
  'a pack of another fetch': ['packs', foreign(() => ['another', 0, 0])],
  'a pack whose key is a number': ['packs', foreign(() => 5)],
  'a pack whose key is a text': ['packs', foreign(() => kUid)],
  'a pack whose key is a date': ['packs', foreign(() => new Date(5))],
  'a pack whose key is short': ['packs', foreign(() => [kUid])],
  'a pack whose key is empty': ['packs', foreign(() => [])],
  'a pack that has moved to a number': ['packs', moved(() => 5)],
  'a pack that has moved to a text': ['packs', moved(String)],
  'a pack that has moved into an array': [
    'packs', moved(([uid, ...others]) => [[uid], ...others]),
  ],
  'a pack whose key reads as that of another': ['packs', foreign(([key]) => String(key))],
  'a pack whose key is of texts that read as another': [
    'packs', foreign(([[uid, ...others]]) => [uid, ...others.map(String)]),
  ],
  'all heads of packs removed': ['packHeads', (store) => store.clear()],
  'text for the heads of packs': ['packHeads', eachValue(() => 'text')],
  'nothing for the heads of packs': ['packHeads', eachValue(() => null)],
  'no heads in packs': ['packHeads', eachValue(() => [])],
  'an object for the heads of packs': ['packHeads', eachValue((bodies) => ({ ...bodies }))],
  'nothing for a body in packs': ['packHeads', firstOfEach(() => null)],
  'nothing for all bodies in packs': ['packHeads', eachPacked(() => null)],
  'a text for a body in packs': ['packHeads', firstOfEach(() => 'text')],
  'a body in packs removed': ['packHeads', eachValue((bodies) => bodies.slice(1))],
  'bodies in packs in another order': ['packHeads', eachValue((bodies) => bodies.reverse())],
  'bodies in packs that end before they begin': [
    'packHeads', eachPacked((body) => ({ ...body, end: -body.end })),
  ],
  'empty bodies in packs': ['packHeads', eachPacked((body) => ({ ...body, end: 0 }))],
  'bodies in packs up to half a byte': [
    'packHeads', eachPacked((body) => ({ ...body, end: body.end - 0.5 })),
  ],
  'bodies in packs without a place': [
    'packHeads', eachPacked(({ at, ...body }) => body),
  ],
  'bodies in packs at a place before the first': [
    'packHeads', eachPacked((body) => ({ ...body, at: -1 })),
  ],
  'bodies in packs without an end': [
    'packHeads', eachPacked((body) => ({ ...body, end: Infinity })),
  ],
  'bodies in packs whose end is a text': [
    'packHeads', eachPacked((body) => ({ ...body, end: `${body.end}` })),
  ],
  'bodies in packs of records there are not': [
    'packHeads', eachPacked((body) => ({ ...body, record: body.record + 100 })),
  ],
  'bodies in packs of records that are too large to count': [
    'packHeads', eachPacked((body) => ({ ...body, record: 2 ** 40 })),
  ],
  'bodies in packs of records that are texts': [
    'packHeads', eachPacked((body) => ({ ...body, record: `${body.record}` })),
  ],
  'bodies in packs of another generation': [
    'packHeads', eachPacked((body) => ({ ...body, generation: 9 })),
  ],
  'bodies in packs of no generation': [
    'packHeads', eachPacked((body) => ({ ...body, generation: null })),
  ],
  'bodies twice in packs': ['packHeads', eachValue((bodies) => [...bodies, ...bodies])],
  'nothing for heads in packs': ['packHeads', eachPacked((body) => ({ ...body, head: null }))],
  'empty heads in packs': ['packHeads', eachPacked((body) => ({ ...body, head: {} }))],
  'heads in packs whose headers are none': [
    'packHeads', eachPacked((body) => ({ ...body, head: { ...body.head, headers: 5 } })),
  ],
  'heads of packs whose key is a number': ['packHeads', moved(() => 5)],
  'heads of packs whose key is a text': ['packHeads', moved(() => kUid)],
  'heads of packs whose key is a date': ['packHeads', moved(() => new Date(5))],
  'heads of packs whose key is short': ['packHeads', moved(() => [kUid])],
  'heads of packs whose key is empty': ['packHeads', moved(() => [])],
  'heads of packs whose key is of texts': ['packHeads', moved(() => ['0', '1', '2'])],
  'heads of packs whose key is of an array': [
    'packHeads', moved(([uid, ...others]) => [[uid], ...others]),
  ],
  'heads of packs of another fetch': ['packHeads', moved(() => ['another', 0, 0])],
};

for (const [name, [store, alteration]] of Object.entries(kPacksWhole)) {
  test(`recovered, with every byte: ${name}`, async () => {
    await downloadHalfOfSmall();
    await readPacks();
    await alter('bodies', store, alteration);
    await assertSmallEndWhole();
  });
}

test('packs that nobody has altered are not asked for again', async () => {
  await downloadHalfOfSmall();
  await readPacks();
  await assertSmallEndWhole();
  const requests = kEarly.map(({ name }) => server.log.for(`${name}-${scopes}`).length);
  assert.deepEqual(requests, kEarly.map(() => 1));
});

/** Recovery does not read packs: who asks for their bodies hears of it. */
const kPacksLost = {
  'one body shorter': { change: (/** @type {any[]} */ bodies) => bodies.slice(0, -1), lostFrom: -1 },
  'one byte shorter in each': {
    change: (/** @type {any[]} */ bodies) => bodies.map(oneByteLess), lostFrom: 0,
  },
  'empty': { change: () => [], lostFrom: 0 },
  'one buffer': { change: (/** @type {any[]} */ [body]) => body, lostFrom: 0 },
  'texts': { change: () => 'text', lostFrom: 0 },
  'nothing': { change: () => null, lostFrom: 0 },
};

for (const [name, { change, lostFrom }] of Object.entries(kPacksLost)) {
  const alterPacks = async () => {
    const packs = await readPacks();
    await alter('bodies', 'packs', eachValue(change));
    return packs.flatMap((bodies) => bodies.slice(lostFrom)).map(({ record }) => record);
  };

  test(`packs that are ${name} when they are recovered cost these bodies, not others`, async () => {
    await downloadHalfOfSmall();
    await assertSmallEndWhole(await alterPacks());
  });

  test(`packs that are ${name} after the outcome cost these bodies, not others`, async () => {
    const worker = await downloadAll(kSmall);
    await assertSmallStored(worker, await alterPacks());
    await worker.die();
  });
}

for (const [how, change] of /** @type {[string, number][]} */ ([['longer', 1], ['shorter', -1]])) {
  test(`bodies in packs that are said to be ${how} are lost, and no others`, async () => {
    const worker = await downloadAll(kSmall);
    const packs = await readPacks();
    await alter('bodies', 'packHeads',
      eachPacked((body) => ({ ...body, end: body.end + change })));
    await assertSmallStored(worker, packs.flat().map(({ record }) => record));
    await worker.die();
  });
}

test('bodies of one length that are swapped in a pack are not noticed, either', async () => {
  const files = kSmall.map(({ name }) => ({ name, size: 1_000 }));
  const worker = await downloadAll(files);
  const [[one, two]] = await readPacks();
  await alter('bodies', 'packHeads', eachPacked((body) => {
    if (body.record === one.record) return { ...body, at: two.at };
    if (body.record === two.record) return { ...body, at: one.at };
    return body;
  }));
  const [{ body }] = await worker.ask('responses', { uid: kUid, records: [one.record] });
  assert.equal(await hashOf(body), sha256Of(files[two.record].name, 1_000));
  await worker.die();
});

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
