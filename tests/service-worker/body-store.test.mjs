import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { lengthOf } from '../../js/service-worker/body-pieces.js';
import { BodyStore } from '../../js/service-worker/body-store.js';
import { ChunkWriter } from '../../js/service-worker/chunk-writer.js';
import { StorageError } from '../../js/service-worker/database.js';
import { PutQueue } from '../../js/service-worker/put-queue.js';
import { bodyStoreName } from '../../js/shared/scope-storage.js';

const kOwner = { uid: 'a', record: 0, generation: 0 };
const kHead = {
  status: 200, statusText: '', headers: [], url: '', type: 'basic', redirected: false,
};

let scopes = 0;
/** @type {BodyStore} */
let store;

/** @param {object} value */
function setNavigator(value) {
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
}

beforeEach(() => {
  setNavigator({});
  mock.restoreAll();
  mock.timers.reset();
  scopes += 1;
  store = new BodyStore(`https://example.test/${scopes}/`);
});

/** @param {number} begin @param {string} text @param {object} [changes] */
function put(begin, text, changes) {
  const data = /** @type {ArrayBuffer} */ (new TextEncoder().encode(text).buffer);
  const end = begin + data.byteLength;
  return store.put({ owner: kOwner, begin, end, data, head: null, ...changes });
}

/** @param {typeof kOwner} [owner] */
async function headOf({ uid, record, generation } = kOwner) {
  const [stored] = await store.responses(uid, [{ record, generation, bodyBytes: null }]);
  if (stored instanceof Error) throw stored;
  return stored.head;
}

/** @returns {Promise<[number, number][]>} */
async function storedRanges() {
  /** @type {[number, number][]} */
  const ranges = [];
  await store.eachChunk((_, begin, end) => ranges.push([begin, end]));
  return ranges;
}

/** @param {Blob | ArrayBuffer | null} body */
function textOf(body) {
  return new Response(body).text();
}

/** @param {typeof kOwner} owner @param {number} begin @param {number} end */
async function partOf(owner, begin, end) {
  return textOf(await store.part(owner, begin, end));
}

test('a body is its chunks in order, overlaps once', async () => {
  await put(6, 'gh');
  await put(0, 'abcd', { head: kHead });
  await put(2, 'cdef');
  assert.equal(await partOf(kOwner, 0, 8), 'abcdefgh');
});

test('a part of a body begins and ends within chunks', async () => {
  await put(0, 'abcd', { head: kHead });
  await put(2, 'cd');
  await put(4, 'efgh');
  await put(12, 'xyz');
  for (const [begin, end] of [[0, 3], [1, 2], [3, 6], [4, 8], [5, 7], [2, 8], [8, 8]]) {
    assert.equal(await partOf(kOwner, begin, end), 'abcdefgh'.slice(begin, end));
  }
  await assert.rejects(store.part(kOwner, 6, 13), /gap/);
});

test('a body with a gap, or of another length, is refused', async () => {
  await put(0, 'ab');
  await put(3, 'de');
  await assert.rejects(store.part(kOwner, 0, 5), /gap/);
  await put(2, 'c');
  await assert.rejects(store.part(kOwner, 0, 6), /5 bytes, not 6/);
});

test('an empty chunk stores its head and no key', async () => {
  await put(0, '', { head: kHead });
  assert.deepEqual(await storedRanges(), []);
  assert.deepEqual(await headOf(), kHead);
  assert.equal(await partOf(kOwner, 0, 0), '');
});

test('a head and its first chunk are stored together or not at all', async () => {
  const original = IDBObjectStore.prototype.put;
  mock.method(IDBObjectStore.prototype, 'put', function (/** @type {any[]} */ ...args) {
    // @ts-ignore: IDBObjectStore
    const target = /** @type {any} */ (this);
    if (target.name === 'chunks') throw new DOMException('', 'DataCloneError');
    return original.apply(target, /** @type {any} */ (args));
  });
  await assert.rejects(put(0, 'ab', { head: kHead }), { name: 'DataCloneError' });
  mock.restoreAll();
  await assert.rejects(headOf(), /missing/);
});

/** @param {number[]} records @param {number | null} bodyBytes */
async function textsOf(records, bodyBytes) {
  const wanted = records.map((record) => ({ record, generation: 0, bodyBytes }));
  const stored = await store.responses('a', wanted);
  return Promise.all(stored.map(async (each) =>
    each instanceof Error ? each.message : `${each.head.url} ${each.body && (await textOf(each.body))}`));
}

/** @param {number} record @param {string} text @param {object} [owner] */
function putRecord(record, text, owner) {
  return put(0, text, { owner: { ...kOwner, record, ...owner }, head: { ...kHead, url: text } });
}

test('neighbouring records are read in one transaction, each with its own bytes', async () => {
  for (const record of [0, 1, 2, 4]) await putRecord(record, `${record}`.repeat(4));
  await putRecord(1, 'old!', { generation: 1 });
  await putRecord(0, 'next', { uid: 'b' });
  const begin = mock.method(IDBDatabase.prototype, 'transaction');
  assert.deepEqual(await textsOf([0, 1, 2], 4), ['0000 0000', '1111 1111', '2222 2222']);
  assert.equal(begin.mock.callCount(), 1);
  assert.deepEqual(await textsOf([2, 4, 1], null),
    ['2222 null', '4444 null', '1111 null']);
  assert.equal(begin.mock.callCount(), 4);
  assert.deepEqual(await textsOf([], 4), []);
});

test('a record that cannot be read leaves its neighbours alone', async () => {
  for (const record of [0, 1, 2]) await putRecord(record, 'abcd'.slice(record));
  assert.deepEqual(await textsOf([0, 1, 2, 3], 3), [
    'abcd abc', 'bcd bcd', 'A stored body has 2 bytes, not 3.',
    'A stored response head is missing.',
  ]);
});

test('large records are read one by one', async () => {
  const size = 5 * 1024 * 1024;
  for (const record of [0, 1]) {
    await putRecord(record, '', {});
    await put(0, '', { owner: { ...kOwner, record }, end: size, data: new ArrayBuffer(size) });
  }
  const begin = mock.method(IDBDatabase.prototype, 'transaction');
  const wanted = [0, 1].map((record) => ({ record, generation: 0, bodyBytes: size }));
  const stored = await store.responses('a', wanted);
  assert.deepEqual(stored.map((each) => !(each instanceof Error) && each.body && lengthOf(each.body)),
    [size, size]);
  assert.equal(begin.mock.callCount(), 2);
});

test('one small buffer is answered as it is, what is larger or in pieces as a Blob', async () => {
  for (const [name, ...lengths] of /** @type {[string, ...number[]][]} */ ([
    ['ArrayBuffer', 16 * 1024], ['Blob', 16 * 1024 + 1], ['Blob', 1, 1], ['Blob'],
  ])) {
    const owner = { ...kOwner, uid: `${name} ${lengths}` };
    let begin = 0;
    for (const length of lengths) {
      await put(begin, 'x'.repeat(length), { owner });
      begin += length;
    }
    const body = await store.part(owner, 0, begin);
    assert.equal(body.constructor.name, name, owner.uid);
    assert.equal(lengthOf(body), begin);
  }
});

test('a large body in small chunks is read page by page', async () => {
  const piece = 1024 * 1024;
  for (let index = 0; index < 20; index += 1) {
    // The ninth begins before the page that it is on.
    const begin = index * piece - (index === 8 ? 10 : 0);
    const data = new Uint8Array((index + 1) * piece - begin).fill(index, index === 8 ? 10 : 0);
    if (index === 8) data.fill(7, 0, 10);
    await put(begin, '', {
      end: (index + 1) * piece, data: data.buffer, head: index === 0 ? kHead : null,
    });
  }
  const { getAll } = IDBObjectStore.prototype;
  /** @type {number[]} */
  const together = [];
  mock.method(IDBObjectStore.prototype, 'getAll', function (/** @type {any[]} */ ...values) {
    const request = getAll.apply(/** @type {any} */ (this), /** @type {any} */ (values));
    request.addEventListener('success', () => together.push(request.result.reduce(
      (/** @type {number} */ sum, /** @type {any} */ each) => sum + (each.byteLength ?? 0), 0,
    )));
    return request;
  });
  const [stored] = await store.responses('a', [
    { record: 0, generation: 0, bodyBytes: 20 * piece },
  ]);
  assert.ok(!(stored instanceof Error) && stored.body);
  const bytes = new Uint8Array(await stored.body.arrayBuffer());
  assert.equal(bytes.length, 20 * piece);
  assert.ok(bytes.every((byte, index) => byte === Math.floor(index / piece)));
  assert.ok(Math.max(...together) < 9 * piece, String(together));
});

test('a large body with a gap, or that is too short, is refused', async () => {
  const piece = 5 * 1024 * 1024;
  const large = (/** @type {number} */ begin) => put(begin, '', {
    end: begin + piece, data: new ArrayBuffer(piece), head: kHead,
  });
  const read = async () => {
    const [stored] = await store.responses('a', [
      { record: 0, generation: 0, bodyBytes: 3 * piece },
    ]);
    return stored instanceof Error ? stored.message : stored.body && lengthOf(stored.body);
  };
  await large(0);
  await large(2 * piece);
  assert.equal(await read(), 'A stored body has a gap.');
  await store.deleteGeneration(kOwner);
  await large(0);
  await large(piece);
  assert.equal(await read(), `A stored body has ${2 * piece} bytes, not ${3 * piece}.`);
});

/** Reading is aborted by the browser. @param {number} times @param {string} name */
function failReads(times, name) {
  const { getAll } = IDBObjectStore.prototype;
  mock.method(IDBObjectStore.prototype, 'getAll', function (/** @type {any[]} */ ...values) {
    const { transaction } = /** @type {any} */ (this);
    const request = getAll.apply(/** @type {any} */ (this), /** @type {any} */ (values));
    times -= 1;
    if (times < 0) return request;
    transaction.abort();
    Object.defineProperty(transaction, 'error', { value: new DOMException('', name) });
    // Whatever else is asked of it would throw.
    mock.method(transaction, 'objectStore', () => ({ getAll() {}, getAllKeys() {} }));
    return request;
  });
}

test('a store that cannot be read once is read again', async () => {
  await putRecord(0, 'abcd');
  failReads(1, 'UnknownError');
  assert.deepEqual(await textsOf([0], 4), ['abcd abcd']);
});

test('a store that cannot be read is an error of all records, lost bytes are of one', async () => {
  await putRecord(0, 'abcd');
  failReads(100, 'AbortError');
  await assert.rejects(textsOf([0], 4), { name: 'StorageError' });
  mock.restoreAll();
  failReads(100, 'NotReadableError');
  const [lost] = await store.responses('a', [{ record: 0, generation: 0, bodyBytes: 4 }]);
  assert.ok(lost instanceof Error);
});

test('deleting a generation, or a fetch, leaves its neighbours alone', async () => {
  const others = [
    { ...kOwner, generation: 1 }, { ...kOwner, record: 1 }, { ...kOwner, uid: 'ab' },
  ];
  for (const owner of [kOwner, ...others]) await put(0, 'x', { owner, head: kHead });
  await store.deleteGeneration(kOwner);
  for (const owner of others) assert.equal((await partOf(owner, 0, 1)).length, 1);
  await assert.rejects(headOf());
  await store.deleteFetch('a');
  assert.deepEqual(await storedRanges(), [[0, 1]]);
  assert.deepEqual(await headOf(others[2]), kHead);
});

test('more keys than one transaction reads are all visited once', async () => {
  const count = 4096 + 1;
  const puts = [];
  for (let begin = 0; begin < count; begin += 1) puts.push(put(begin, 'x'));
  await Promise.all(puts);
  const ranges = await storedRanges();
  assert.equal(ranges.length, count);
  assert.deepEqual(ranges.at(-1), [count - 1, count]);
});

test('chunks that have a key but no bytes are deleted, all others stay', async () => {
  const size = 256 * 1024;
  for (const begin of [0, size, 2 * size]) {
    await put(begin, '', { end: begin + size, data: new Blob([new Uint8Array(size)]) });
  }
  await put(3 * size, 'abc');
  const { slice } = Blob.prototype;
  let probes = 0;
  // What reading a Blob comes to whose file is not there.
  mock.method(Blob.prototype, 'slice', function (/** @type {any[]} */ ...args) {
    probes += 1;
    // @ts-ignore: Blob
    const slicedBlob = slice.apply(this, args);
    if (probes !== 2) return slicedBlob;
    return { arrayBuffer: () => Promise.reject(new TypeError('Blob loading failed')) };
  });
  await store.deleteBroken();
  assert.deepEqual(await storedRanges(),
    [[0, size], [2 * size, 3 * size], [3 * size, 3 * size + 3]]);
  assert.equal(probes, 3);
});

test('of items written together one that fails is rejected alone', async () => {
  /** @type {string[][]} */
  const written = [];
  const queue = new PutQueue(async (/** @type {{bytes: number, name: string}[]} */ items) => {
    const names = items.map(({ name }) => name);
    if (names.includes('bad')) throw new Error('bad');
    written.push(names);
  });
  const outcomes = await Promise.allSettled(
    ['first', 'a', 'bad', 'b'].map((name) => queue.put({ bytes: 1, name })),
  );
  assert.deepEqual(outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  assert.deepEqual(written, [['first'], ['a'], ['b']]);
});

test('items wait a moment for company, and urgent ones or many do not', async () => {
  mock.method(performance, 'now', () => 0);
  mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {number[][]} */
  const written = [];
  const queue = new PutQueue(async (/** @type {{bytes: number, isUrgent?: boolean}[]} */ items) => {
    written.push(items.map(({ bytes }) => bytes));
  });
  await queue.put({ bytes: 1 });
  const small = [queue.put({ bytes: 2 })];
  await new Promise(setImmediate);
  small.push(queue.put({ bytes: 3 }));
  await new Promise(setImmediate);
  assert.deepEqual(written, [[1]]);
  mock.timers.tick(50);
  await Promise.all(small);
  assert.deepEqual(written.splice(0), [[1], [2, 3]]);

  // Nobody moves the clock any more: these do not wait for it.
  const waits = queue.put({ bytes: 4 });
  await new Promise(setImmediate);
  await Promise.all([waits, queue.put({ bytes: 6, isUrgent: true })]);
  await Promise.all(Array.from({ length: 64 }, () => queue.put({ bytes: 5 })));
  assert.deepEqual(written, [[4, 6], Array.from({ length: 64 }, () => 5)]);
});

test('a body in small pieces waits for no company', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => 0);
  /** @type {number[]} */
  const stored = [];
  const writer = new ChunkWriter(store, { owner: kOwner, begin: 0, head: kHead },
    (begin) => stored.push(begin));
  for (let piece = 0; piece < 8; piece += 1) await writer.write(new ArrayBuffer(10));
  // The last one waits: nobody reads on behind it.
  await Promise.all([writer.finish(), put(80, 'x', { isUrgent: true })]);
  assert.deepEqual(stored, [0, 10, 20, 30, 40, 50, 60, 70]);
});

test('a Blob waits for no company, and no room for garbage does not fail it', async () => {
  /** @type {number[]} */
  const stored = [];
  const writer = new ChunkWriter(store, { owner: kOwner, begin: 0, head: kHead },
    (begin) => stored.push(begin));
  const { ArrayBuffer: original } = globalThis;
  let isUrgent;
  store.put = async (chunk) => {
    isUrgent = chunk.isUrgent;
    globalThis.ArrayBuffer = /** @type {any} */ (function () {
      throw new RangeError('Array buffer allocation failed');
    });
  };
  try {
    await writer.write(new Blob(['abcd']));
    await writer.finish();
  } finally {
    globalThis.ArrayBuffer = original;
  }
  assert.deepEqual([stored, isUrgent], [[0], true]);
});

test('what was written together and is stuck is given up together', async () => {
  let tries = 0;
  const queue = new PutQueue(async () => {
    tries += 1;
    if (tries > 1) throw Object.assign(new StorageError(new Error('stuck')), { isStuck: true });
  });
  const outcomes = await Promise.allSettled(
    ['first', 'a', 'b', 'c'].map((name) => queue.put(/** @type {any} */ ({ bytes: 1, name }))),
  );
  assert.deepEqual(outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'rejected']);
  assert.equal(tries, 2);
});

/** @returns {{refused: number}} */
function refuseBlobs() {
  const original = IDBObjectStore.prototype.put;
  const count = { refused: 0 };
  mock.method(IDBObjectStore.prototype, 'put', function (/** @type {any[]} */ ...parts) {
    if (parts[0] instanceof Blob) {
      count.refused += 1;
      this.transaction.abort();
    }
    return Reflect.apply(original, this, parts);
  });
  return count;
}

test('where Blobs are refused, their bytes are stored instead', async () => {
  const count = refuseBlobs();
  await put(0, 'abcd', { data: new Blob(['abcd']), head: kHead });
  assert.equal(await partOf(kOwner, 0, 4), 'abcd');
  const before = count.refused;
  await put(4, 'efgh', { data: new Blob(['efgh']) });
  assert.equal(count.refused, before);
  assert.equal(await partOf(kOwner, 0, 8), 'abcdefgh');
});

/** The last byte of every Blob is missing, as WebKit leaves them when its disk is full. */
function cutBlobs() {
  mock.method(Blob.prototype, 'slice', () => new Blob());
}

test('a Blob that was stored and cut is refused: its bytes are stored instead', async () => {
  cutBlobs();
  await put(0, 'abcd', { data: new Blob(['abcd']), head: kHead });
  await store.putBodies('a', [new Blob(['upload']), new Blob([])]);
  mock.restoreAll();
  assert.equal(await partOf(kOwner, 0, 4), 'abcd');
  const kept = await stored('chunks', [...Object.values(kOwner), 0, 4]);
  assert.ok(kept instanceof ArrayBuffer);
  assert.ok(await stored('bodies', ['a', 0]) instanceof ArrayBuffer);
});

test('a Blob that was stored and cut, and whose bytes find no room, is not stored', async () => {
  cutBlobs();
  const { put: original } = IDBObjectStore.prototype;
  mock.method(IDBObjectStore.prototype, 'put', function (/** @type {any[]} */ ...parts) {
    if (parts[0] instanceof ArrayBuffer) throw new DOMException('', 'QuotaExceededError');
    return Reflect.apply(original, this, parts);
  });
  await assert.rejects(put(0, 'abcd', { data: new Blob(['abcd']) }), { name: 'QuotaExceededError' });
});

/** @param {string} name @param {IDBValidKey} key */
function stored(name, key) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(bodyStoreName(`https://example.test/${scopes}/`));
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const request = opening.result.transaction(name).objectStore(name).get(key);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    };
  });
}

test('upload bodies come back as Blobs, also where Blobs are refused', async () => {
  const bodies = [new Blob(['one']), null, new Blob(['three'])];
  await store.putBodies('whole', bodies);
  const count = refuseBlobs();
  await store.putBodies('refused', bodies);
  const before = count.refused;
  await store.putBodies('refused again', bodies);
  assert.equal(count.refused, before);
  for (const uid of ['whole', 'refused', 'refused again']) {
    assert.equal(await (await store.body(uid, 0))?.text(), 'one');
    assert.equal(await store.body(uid, 1), null);
    assert.equal(await (await store.body(uid, 2))?.text(), 'three');
  }
  assert.deepEqual(await store.bodyOwners(), new Set(['whole', 'refused', 'refused again']));
});

/**
 * What was read of the store, as in Chromium: a Blob is probed by its last byte.
 *
 * @param {import('node:test').TestContext} context
 * @returns {() => Promise<boolean[]>} Whether the collector finds each of them still referred to.
 */
function watchBlobs(context) {
  setNavigator({ userAgentData: {} });
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  const { slice } = Blob.prototype;
  /** @type {WeakRef<Blob>[]} */
  const probed = [];
  // A mock would refer to each itself.
  Blob.prototype.slice = function (...range) {
    probed.push(new WeakRef(this));
    return slice.apply(this, range);
  };
  context.after(() => void (Blob.prototype.slice = slice));
  return async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve));
      collectGarbage();
    }
    return probed.map((blob) => blob.deref() !== undefined);
  };
}

test('in Chromium an object of each stored Blob is kept until that is deleted', async (context) => {
  const areKept = watchBlobs(context);
  const owners = ['a', 'a', 'b'].map((uid, record) => ({ uid, record, generation: 0 }));
  for (const owner of owners) await put(0, 'abcd', { owner, data: new Blob(['abcd']) });
  await store.putBodies('b', [new Blob(['upload'])]);
  assert.deepEqual(await areKept(), [true, true, true, true]);
  await store.deleteGeneration(owners[0]);
  assert.deepEqual(await areKept(), [false, true, true, true]);
  await store.deleteFetch('b');
  assert.deepEqual(await areKept(), [false, true, false, false]);
});

test('in Chromium an object of each Blob that was stored before is kept', async (context) => {
  const size = 256 * 1024;
  for (const begin of [0, size]) {
    await put(begin, '', { end: begin + size, data: new Blob([new Uint8Array(size)]) });
  }
  await put(2 * size, '', { end: 4 * size, data: new Blob([new Uint8Array(size)]) });
  const areKept = watchBlobs(context);
  store = new BodyStore(`https://example.test/${scopes}/`);
  await store.deleteBroken();
  // The broken one is not even probed: its length tells.
  assert.deepEqual(await areKept(), [true, true]);
});

test('in Chromium an object of each upload body that was stored before is kept', async (context) => {
  await store.putBodies('a', [new Blob(['upload'])]);
  const areKept = watchBlobs(context);
  store = new BodyStore(`https://example.test/${scopes}/`);
  // As one who sends it does.
  await (await store.body('a', 0))?.slice(1).text();
  assert.deepEqual(await areKept(), [true]);
  await store.deleteFetch('a');
  assert.deepEqual(await areKept(), [false]);
});

test('elsewhere no object of a stored Blob is kept', async (context) => {
  const areKept = watchBlobs(context);
  setNavigator({});
  await put(0, 'abcd', { data: new Blob(['abcd']) });
  assert.deepEqual(await areKept(), [false]);
});

test('no object is kept of what another worker may delete', async (context) => {
  const areKept = watchBlobs(context);
  await put(0, 'abcd', { data: new Blob(['abcd']) });
  assert.deepEqual(await areKept(), [true]);
  store.fence();
  assert.deepEqual(await areKept(), [false]);
});

test('no object is kept of what is being read when another worker may delete it', async (context) => {
  const areKept = watchBlobs(context);
  const { get } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.get = function (key) {
    queueMicrotask(() => store.fence());
    return get.call(this, key);
  };
  context.after(() => void (IDBObjectStore.prototype.get = get));
  // Rejects or not: there is no store any more.
  await put(0, 'abcd', { data: new Blob(['abcd']) }).catch(() => {});
  assert.deepEqual(await areKept(), [false]);
  IDBObjectStore.prototype.get = get;
  store.unfence();
  await store.deleteGeneration(kOwner);
  await put(0, 'abcd', { data: new Blob(['abcd']) });
  assert.deepEqual(await areKept(), [false, true]);
  // A session that begins anew without a fence between.
  store.unfence();
  assert.deepEqual(await areKept(), [false, true]);
});

test('what is deleted, or may be by another worker, is collected soon', async (context) => {
  const areKept = watchBlobs(context);
  const garbage = /** @type {number[]} */ ([]);
  const { ArrayBuffer: original } = globalThis;
  globalThis.ArrayBuffer = class extends original {
    /** @param {number} length */
    constructor(length) {
      super(length);
      garbage.push(length);
    }
  };
  context.after(() => void (globalThis.ArrayBuffer = original));
  const ways = [() => store.deleteGeneration(kOwner), () => store.fence()];
  for (const [index, letGo] of ways.entries()) {
    const bytes = 'abcd'.repeat(index + 1);
    await put(0, bytes, { data: new Blob([bytes]) });
    assert.equal((await areKept())[index], true);
    await letGo();
    assert.ok(garbage.includes(3 * bytes.length), String(garbage));
  }
});

test('no object of a deleted database is kept', async (context) => {
  const areKept = watchBlobs(context);
  await put(0, 'abcd', { data: new Blob(['abcd']) });
  assert.deepEqual(await areKept(), [true]);
  await new Promise((resolve) => {
    store.onLost = () => resolve(null);
    indexedDB.deleteDatabase(bodyStoreName(`https://example.test/${scopes}/`));
  });
  assert.deepEqual(await areKept(), [false]);
});
