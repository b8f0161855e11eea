import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { BodyStore } from '../../js/service-worker/body-store.js';
import { bodyStoreName } from '../../js/shared/scope-storage.js';

const kUid = 'a';
const kMiB = 1024 * 1024;

let scopes = 0;
/** @type {string} */
let scope;
/** @type {BodyStore} */
let store;

beforeEach(() => {
  mock.restoreAll();
  scopes += 1;
  scope = `https://example.test/packs-${scopes}/`;
  store = new BodyStore(scope);
});

/** @param {number} record */
function headOf(record) {
  const url = `https://example.test/${record}`;
  return { status: 200, statusText: '', headers: [], url, type: 'basic', redirected: false };
}

/**
 * @param {number} record
 * @param {string} text
 * @param {object} [changes]
 */
function put(record, text, {
  uid = kUid, generation = 0, begin = 0, head = headOf(record), ...changes
} = {}) {
  const data = /** @type {ArrayBuffer} */ (new TextEncoder().encode(text).buffer);
  const owner = { uid, record, generation };
  const end = begin + data.byteLength;
  return store.put({ owner, begin, end, data, head, ...changes });
}

/** The first of what comes together has a transaction, and a value, of its own. @param {string[]} texts */
async function putTogether(texts, changes = {}) {
  await Promise.all(texts.map((text, record) => put(record, text, changes)));
}

/** @param {(number | null)[]} lengths  By record. @param {string} [uid] */
async function read(lengths, uid = kUid) {
  const wanted = lengths.map((bodyBytes, record) => ({ record, generation: 0, bodyBytes }));
  const stored = await store.responses(uid, wanted);
  return Promise.all(stored.map(async (each) =>
    each instanceof Error ? each : `${each.head.url.at(-1)} ${await new Response(each.body).text()}`));
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(bodyStoreName(scope));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {string} name
 * @param {(store: IDBObjectStore, keys: any[], values: any[]) => void} [change]
 * @returns {Promise<any[]>} The values that were there.
 */
async function alter(name, change = () => {}) {
  const database = await open();
  const transaction = database.transaction(name, 'readwrite');
  const objectStore = transaction.objectStore(name);
  const keys = objectStore.getAllKeys();
  const values = objectStore.getAll();
  values.onsuccess = () => change(objectStore, keys.result, values.result);
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
  return values.result;
}

/** The next worker's store. @returns {Promise<string[]>} What it recovers. */
async function recover() {
  store = new BodyStore(scope);
  /** @type {string[]} */
  const seen = [];
  await store.eachHead(({ uid, record, generation }, { url }) => {
    if (typeof url !== 'string') throw new TypeError('No head of ours.');
    seen.push(`head ${uid}/${record}/${generation} ${url.at(-1)}`);
  });
  await store.eachChunk(({ uid, record, generation }, begin, end) => {
    if (!(begin < end)) throw new TypeError('No chunk of ours.');
    seen.push(`chunk ${uid}/${record}/${generation} ${begin}-${end}`);
  });
  return seen.sort();
}

test('what comes together is one value, and its heads another; each body comes back', async () => {
  await putTogether(['first', 'one', '', 'three', 'four']);
  const [heads] = await alter('packHeads');
  assert.deepEqual(heads.map((/** @type {any} */ { record, at, end }) => [record, at, end]),
    [[1, 0, 3], [2, 1, 0], [3, 2, 5], [4, 3, 4]]);
  const packs = await alter('packs');
  assert.deepEqual(packs.map((pack) => pack.map(({ byteLength }) => byteLength)), [[3, 0, 5, 4]]);
  assert.equal((await alter('chunks')).length, 1);
  assert.deepEqual(await read([5, 3, 0, 5, 4]), ['0 first', '1 one', '2 ', '3 three', '4 four']);
  assert.deepEqual(await read([null, null]), ['0 ', '1 ']);
});

test('neighbours in one pack are read with it, once', async () => {
  await putTogether(['first', 'one', 'two', 'three']);
  const get = mock.method(IDBObjectStore.prototype, 'get');
  const getAllKeys = mock.method(IDBObjectStore.prototype, 'getAllKeys');
  await read([5, 3, 3, 5]);
  assert.equal(get.mock.callCount(), 2);
  // The first is in no pack. What is whole in one is looked for nowhere else.
  getAllKeys.mock.resetCalls();
  await store.responses(kUid, [1, 2].map((record) => ({ record, generation: 0, bodyBytes: 3 })));
  assert.equal(getAllKeys.mock.callCount(), 0);
  // What lies behind what is packed is not there.
  const owner = { uid: kUid, record: 1, generation: 0 };
  await put(1, 'more', { begin: 3, head: null });
  get.mock.resetCalls();
  await store.part(owner, 3, 7);
  assert.equal(get.mock.callCount(), 1);
  await recover();
  get.mock.resetCalls();
  await read([5, 3, 3, 5]);
  assert.equal(get.mock.callCount(), 2);
});

test('of what comes together only small bodies of one fetch, from their beginning, are packed', async () => {
  const large = 'x'.repeat(16 * 1024 + 1);
  await Promise.all([
    put(0, 'first'),
    put(1, large),
    put(2, 'blob', { data: new Blob(['blob']) }),
    put(3, 'tail', { begin: 5 }),
    put(4, 'headless', { head: null }),
    put(5, 'other', { uid: 'b' }),
    put(6, 'alone'),
  ]);
  // Of each fetch, one is left: that is not worth a pack.
  assert.deepEqual([await alter('packs'), await alter('packHeads')], [[], []]);
  assert.equal((await alter('chunks')).length, 7);
  store = new BodyStore(scope);
  await Promise.all([put(10, 'first'), put(11, 'one'), put(12, 'other', { uid: 'b' }), put(13, 'two')]);
  const [heads] = await alter('packHeads');
  assert.deepEqual(heads.map((/** @type {any} */ { record }) => record), [11, 13]);
});

test('a packed body may go on in chunks, and any part of it can be read', async () => {
  await putTogether(['first', 'abcd', 'other']);
  await put(1, 'efgh', { begin: 4, head: null });
  assert.deepEqual((await read([5, 8, 5]))[1], '1 abcdefgh');
  const owner = { uid: kUid, record: 1, generation: 0 };
  for (const [begin, end] of [[0, 8], [0, 2], [1, 3], [3, 6], [4, 8], [5, 6], [0, 0]]) {
    const part = await store.part(owner, begin, end);
    assert.equal(await new Response(part).text(), 'abcdefgh'.slice(begin, end));
  }
  await assert.rejects(store.part(owner, 0, 9), /has 8 bytes, not 9/);
});

test('a large body whose beginning is packed is read page by page', async () => {
  await putTogether(['first', 'abcd', 'other']);
  const rest = new Blob([new Uint8Array(9 * kMiB)]);
  await put(1, '', { begin: 4, end: 4 + rest.size, data: rest, head: null });
  const wanted = [{ record: 1, generation: 0, bodyBytes: 4 + rest.size }];
  const [stored] = await store.responses(kUid, wanted);
  assert.ok(!(stored instanceof Error) && stored.body instanceof Blob);
  assert.equal(stored.body.size, 4 + rest.size);
  assert.equal(await stored.body.slice(0, 5).text(), 'abcd\0');
});

test('the next worker is told of all that is packed, and reads it', async () => {
  await putTogether(['first', 'one', '', 'three']);
  assert.deepEqual(await recover(), [
    'chunk a/0/0 0-5', 'chunk a/1/0 0-3', 'chunk a/3/0 0-5',
    'head a/0/0 0', 'head a/1/0 1', 'head a/2/0 2', 'head a/3/0 3',
  ]);
  assert.deepEqual(await read([5, 3, 0, 5]), ['0 first', '1 one', '2 ', '3 three']);
});

test('more packs than one transaction reads are all recovered', async () => {
  const count = 66;
  for (let pack = 0; pack < count; pack += 1) {
    const uid = `uid-${pack}`;
    await Promise.all([put(0, 'x', { uid }), put(1, 'y', { uid }), put(2, 'z', { uid })]);
  }
  assert.equal((await alter('packs')).length, count);
  assert.equal((await recover()).length, 6 * count);
});

test('deleting one of a pack leaves the others, and the last takes the pack along', async () => {
  await putTogether(['first', 'one', 'two', 'three']);
  await store.deleteGeneration({ uid: kUid, record: 2, generation: 0 });
  const [, one, two, three] = await read([5, 3, 3, 5]);
  assert.deepEqual([one, three], ['1 one', '3 three']);
  assert.ok(two instanceof Error);
  assert.deepEqual((await recover()).filter((each) => each.includes('a/2')), []);
  for (const record of [1, 3]) await store.deleteGeneration({ uid: kUid, record, generation: 0 });
  assert.deepEqual([await alter('packs'), await alter('packHeads')], [[], []]);
  await store.deleteGeneration({ uid: kUid, record: 0, generation: 0 });
  assert.equal(await store.isEmpty(), true);
});

test('what is deleted on its way into a pack is not in it', async () => {
  /** @type {Promise<void> | undefined} */
  let deleted;
  const { add } = IDBObjectStore.prototype;
  mock.method(IDBObjectStore.prototype, 'add', function (/** @type {[any, any]} */ ...values) {
    deleted ??= store.deleteGeneration({ uid: kUid, record: 1, generation: 0 });
    // @ts-ignore: the store
    return add.apply(this, values);
  });
  await putTogether(['first', 'one', 'two']);
  assert.ok(deleted);
  await deleted;
  const [, one, two] = await read([5, 3, 3]);
  assert.ok(one instanceof Error);
  assert.equal(two, '2 two');
  assert.deepEqual((await recover()).filter((each) => each.includes('a/1')), []);
});

test('deleting a fetch takes its packs along, and no other', async () => {
  await putTogether(['first', 'one', 'two']);
  await putTogether(['first', 'one', 'two'], { uid: 'ab' });
  await store.deleteFetch(kUid);
  assert.ok((await read([5, 3, 3])).every((each) => each instanceof Error));
  assert.deepEqual(await read([5, 3, 3], 'ab'), ['0 first', '1 one', '2 two']);
  await store.deleteFetch('ab');
  assert.equal(await store.isEmpty(), true);
});

for (const half of ['packs', 'packHeads']) {
  test(`a pack without its other half is not there, and can be stored again: ${half} lost`, async () => {
    await putTogether(['first', 'one', 'two']);
    await alter(half, (objectStore) => objectStore.clear());
    assert.deepEqual(await recover(), ['chunk a/0/0 0-5', 'head a/0/0 0']);
    assert.deepEqual([await alter('packs'), await alter('packHeads')], [[], []]);
    await putTogether(['first', 'one', 'two']);
    assert.deepEqual(await read([5, 3, 3]), ['0 first', '1 one', '2 two']);
    assert.deepEqual([(await alter('packs')).length, (await alter('packHeads')).length], [1, 1]);
    await store.deleteFetch(kUid);
    assert.equal(await store.isEmpty(), true);
  });
}

test('of heads that are not all ours, ours are recovered; those of none are deleted', async () => {
  await putTogether(['first', 'one', 'two', 'three', 'four', 'five']);
  await alter('packHeads', (objectStore, [key], [heads]) => {
    const [one, two, three, four, five] = heads;
    const altered = [-5, undefined, Infinity, 3.5, 10n].map((end) => ({ ...five, end }));
    objectStore.put(
      [null, 5, { ...one, head: null }, { ...two, head: {} }, three, four, ...altered], key);
  });
  const foreign = [5, 'x', 'yz', ['b', 0, 0], ['b', 1, 0], ['b', 2, 0]];
  await alter('packs', (objectStore) => {
    for (const key of foreign) objectStore.put('text', key);
  });
  await alter('packHeads', (objectStore) => {
    objectStore.put([{}], ['b', 0, 0]);
    objectStore.put('text', ['b', 1, 0]);
    objectStore.put([], 5);
    objectStore.put([{ record: 0, generation: 0, at: 0, end: 4, head: headOf(0) }], 'yz');
  });
  const seen = await recover();
  assert.deepEqual(seen.filter((each) => !each.includes('a/0')),
    ['chunk a/3/0 0-5', 'chunk a/4/0 0-4', 'head a/3/0 3', 'head a/4/0 4']);
  assert.deepEqual([(await alter('packs')).length, (await alter('packHeads')).length], [1, 1]);
  const [, , , three] = await read([5, 3, 3, 5]);
  assert.equal(three, '3 three');
  // What cannot be read of a pack does not keep it.
  for (const record of [3, 4]) await store.deleteGeneration({ uid: kUid, record, generation: 0 });
  const [left] = await alter('packHeads');
  assert.ok(!left?.some((/** @type {any} */ each) => each?.record === 3));
});

test('a body that comes from its beginning once more is stored apart', async () => {
  await putTogether(['first', 'one']);
  // In one transaction, and in later ones.
  store = new BodyStore(scope);
  await Promise.all([put(5, 'first'), put(6, 'a'), put(6, 'abc'), put(7, 'other')]);
  assert.deepEqual((await read([0, 0, 0, 0, 0, 5, 3, 5])).slice(5), ['5 first', '6 abc', '7 other']);
  await Promise.all([put(7, 'oth'), put(8, 'more'), put(6, 'ab'), put(9, 'last')]);
  await put(6, 'def', { begin: 3, head: null });
  assert.deepEqual((await read([0, 0, 0, 0, 0, 5, 6, 5, 4, 4])).slice(5),
    ['5 first', '6 abcdef', '7 other', '8 more', '9 last']);
  assert.equal((await alter('packHeads')).flat().filter(({ record }) => record === 6).length, 1);
  await store.deleteGeneration({ uid: kUid, record: 6, generation: 0 });
  assert.deepEqual((await recover()).filter((each) => each.includes('a/6')), []);
});

test('another generation of a packed body is stored apart, and each is deleted alone', async () => {
  await putTogether(['first', 'one', 'two']);
  await putTogether(['first again', 'one again', 'two again'], { generation: 1 });
  assert.equal((await alter('packHeads')).length, 1);
  assert.deepEqual((await recover()).filter((each) => each.includes('chunk a/1')),
    ['chunk a/1/0 0-3', 'chunk a/1/1 0-9']);
  const bodyOf = async (/** @type {number} */ generation) => {
    const bodyBytes = generation === 0 ? 3 : 9;
    const [stored] = await store.responses(kUid, [{ record: 1, generation, bodyBytes }]);
    return stored instanceof Error ? null : new Response(stored.body).text();
  };
  assert.deepEqual([await bodyOf(0), await bodyOf(1)], ['one', 'one again']);
  await store.deleteGeneration({ uid: kUid, record: 1, generation: 1 });
  assert.deepEqual([await bodyOf(0), await bodyOf(1)], ['one', null]);
  await store.deleteGeneration({ uid: kUid, record: 1, generation: 0 });
  assert.equal(await bodyOf(0), null);
  assert.deepEqual((await recover()).filter((each) => each.includes('a/1/')), []);
});

test('a pack whose bytes were altered costs the bodies that are not whole', async () => {
  await putTogether(['first', 'one', 'two', 'three']);
  await alter('packs', (objectStore, [key], [bytes]) => objectStore.put(bytes.slice(0, -1), key));
  const [first, one, two, three] = await read([5, 3, 3, 5]);
  assert.deepEqual([first, one, two], ['0 first', '1 one', '2 two']);
  assert.ok(three instanceof Error);
  for (const value of ['text', null, 5, {}]) {
    await alter('packs', (objectStore, [key]) => objectStore.put(value, key));
    assert.ok((await read([5, 3]))[1] instanceof Error);
  }
});

test('a store of the first version is opened, with all that is in it', async () => {
  await new Promise((resolve) => {
    const request = indexedDB.open(bodyStoreName(scope), 1);
    request.onupgradeneeded = () => {
      for (const name of ['chunks', 'heads', 'bodies']) request.result.createObjectStore(name);
      const { transaction } = /** @type {any} */ (request);
      transaction.objectStore('heads').put(headOf(7), [kUid, 0, 0]);
      transaction.objectStore('chunks').put(new ArrayBuffer(4), [kUid, 0, 0, 0, 4]);
    };
    request.onsuccess = () => resolve(request.result.close());
  });
  assert.deepEqual(await recover(), ['chunk a/0/0 0-4', 'head a/0/0 7']);
  assert.deepEqual(await read([4]), ['7 \0\0\0\0']);
  await putTogether(['first', 'one', 'two'], { uid: 'b' });
  assert.deepEqual(await read([5, 3, 3], 'b'), ['0 first', '1 one', '2 two']);
});
