/**
 * BodyStore: response bodies as chunks, response heads, and upload bodies, in
 * one IndexedDB database for each scope.
 *
 * The keys of the chunks, and the heads of packs, are the record of what is stored;
 * nothing else counts bytes. A head is stored in the transaction of its generation's
 * first chunk, so the two cannot part.
 */

import { bodyStoreName } from '../shared/scope-storage.js';
import { isAssertion } from './assertion.js';
import {
  kBodies, kChunks, kHeads, kPackHeads, kPacks, kStores, keyOf, nameOf, nameOfKey, under,
} from './body-keys.js';
import { kBlobBytesMin } from './body-pieces.js';
import { Database, StorageError } from './database.js';
import { hurryCollector } from './garbage.js';
import { deleteFromPack, findIn, noteIn, packOf, putPack, readPack } from './packs.js';
import { PutQueue } from './put-queue.js';
import { hasLength, isReadable, join } from './stored-body.js';

/** @typedef {import('../../bindings/engine.js').ChunkOwner} ChunkOwner */
/** @typedef {import('../../bindings/engine.js').ResponseHead} ResponseHead */
/** @typedef {import('./packs.js').PackedBodies} PackedBodies */
/** @typedef {import('./packs.js').Whereabouts} Whereabouts */
/** @typedef {import('./stored-body.js').StoredChunk} StoredChunk */

/**
 * @typedef {object} Chunk
 * @property {ChunkOwner} owner
 * @property {number} begin
 * @property {number} end  Equal to begin: there is only a head.
 * @property {Blob | ArrayBuffer} data
 * @property {ResponseHead | null} head
 * @property {boolean} [isUrgent]  It does not wait for others to share its transaction.
 */

/**
 * What is stored of a record. `bodyBytes` null: its head is all that is wanted.
 *
 * @typedef {{record: number, generation: number, bodyBytes: number | null}} Wanted
 *
 * @typedef {{head: ResponseHead, body: Blob | ArrayBuffer | null}} Stored
 */

const kVersion = 2;

/** A page of keys takes some milliseconds; all at once might not fit memory. */
const kKeysPerTransaction = 4096;

/** As many heads as other stores have keys, about. */
const kPacksPerTransaction = 64;

/** Small chunks are buffers, which are in memory from then on. */
const kReadTogetherBytesMax = 8 * 1024 * 1024;

/** How engines say that what is stored is there, and its bytes are not. */
const kLost = /^(Data|NotReadable|NotFound)Error$/;

/** Each opens a file: many at once, but not thousands. */
const kProbesAtOnce = 64;

export class BodyStore {
  #database;
  #puts;
  /** @type {PackedBodies} */
  #packed = new Map();
  /**
   * In Chromium, one object of each stored Blob, by its key, until that is deleted: it may forget
   * a Blob whose last object is collected while the same is read again, and end the process that
   * slices or joins what was read. Firefox would free the files of deleted ones much later so.
   * Null: another worker has the lock, and may delete any.
   *
   * @type {Map<string, Blob> | null}
   */
  #kept = new Map();
  /** Until a Blob was refused whose bytes were not. */
  #takesBlobs = true;

  /** @param {string} scope */
  constructor(scope) {
    this.#database = new Database(bodyStoreName(scope), kVersion, (database) => {
      for (const name of kStores) {
        if (!database.objectStoreNames.contains(name)) database.createObjectStore(name);
      }
    });
    this.#puts = new PutQueue(async (/** @type {(Chunk & {bytes: number})[]} */ chunks) => {
      const pack = packOf(chunks, this.#packed);
      await this.#database.write((transaction) => {
        for (const chunk of chunks) if (!pack.includes(chunk)) putChunk(transaction, chunk);
        if (pack.length > 0) putPack(transaction, pack);
      });
      // One object for all of them, so that each pack is read once.
      const key = pack.length > 0 ? keyOf(pack[0].owner) : [];
      for (const { owner, end } of pack) noteIn(this.#packed, owner, key, end);
    });
  }

  /** @param {() => void} listener  Called when the database was deleted. */
  set onLost(listener) {
    this.#database.onLost = () => {
      this.#letGo('');
      listener();
    };
  }

  /**
   * @param {Chunk} chunk
   * @returns {Promise<void>} Resolves when it is durable.
   */
  async put(chunk) {
    const { data } = chunk;
    if (!(data instanceof Blob)) return this.#enqueue(chunk);
    if (this.#takesBlobs) {
      const { owner, begin, end } = chunk;
      const isStored = await this.#enqueue(chunk)
        .then(() => this.#isWhole(kChunks, [...keyOf(owner), begin, end]))
        .catch(() => false);
      if (isStored) return;
    }
    // WebKit's ephemeral sessions have no files for Blobs. Where it is the disk
    // that is full, the bytes are refused, too, and say so.
    await this.#enqueue({ ...chunk, data: await data.arrayBuffer() });
    this.#takesBlobs = false;
  }

  /**
   * WebKit completes the transaction of a Blob whose file is cut, because the
   * disk was full in the middle of it.
   *
   * @param {string} name  Of the object store.
   * @param {IDBValidKey} key  Of what was put there.
   */
  async #isWhole(name, key) {
    const { result } = await this.#database.read((transaction) =>
      transaction.objectStore(name).get(key),
    );
    return isReadable(this.#keep(key, result));
  }

  /**
   * @param {IDBValidKey} key
   * @param {any} data  What is stored there.
   */
  #keep(key, data) {
    if (isChromium() && data instanceof Blob) this.#kept?.set(String(key), data);
    return data;
  }

  /** @param {string} prefix  Of their keys as texts. */
  #letGo(prefix) {
    for (const [name, { size }] of this.#kept ?? []) {
      if (name.startsWith(prefix)) {
        this.#kept?.delete(name);
        // Until it is collected its file is there.
        hurryCollector(size);
      }
    }
  }

  /** @param {Chunk} chunk */
  #enqueue(chunk) {
    return this.#puts.put({ ...chunk, bytes: chunk.end - chunk.begin });
  }

  /**
   * @param {string} uid
   * @param {(Blob | null)[]} bodies  By record; null: none.
   * @returns {Promise<void>} Resolves when all are durable.
   */
  async putBodies(uid, bodies) {
    /** @type {[number, Blob][]} */
    const present = [];
    bodies.forEach((body, record) => body && present.push([record, body]));
    if (present.length === 0) return;
    if (this.#takesBlobs) {
      const areStored = await this.#putBodies(uid, present)
        .then(() => Promise.all(present.map(([record]) => this.#isWhole(kBodies, [uid, record]))))
        .catch(() => [false]);
      if (areStored.every(Boolean)) return;
    }
    // As in put(). One after the other: together they may not fit memory.
    for (const [record, body] of present) {
      await this.#putBodies(uid, [[record, await body.arrayBuffer()]]);
    }
    this.#takesBlobs = false;
  }

  /** @param {string} uid @param {[number, Blob | ArrayBuffer][]} bodies */
  async #putBodies(uid, bodies) {
    await this.#database.write((transaction) => {
      const store = transaction.objectStore(kBodies);
      for (const [record, body] of bodies) store.put(body, [uid, record]);
    });
  }

  /**
   * @param {string} uid
   * @param {number} record
   * @returns {Promise<Blob | null>} The upload body.
   */
  async body(uid, record) {
    const request = await this.#database.read((transaction) =>
      transaction.objectStore(kBodies).get([uid, record]),
    );
    const result = this.#keep([uid, record], request.result);
    return result instanceof ArrayBuffer ? new Blob([result]) : (result ?? null);
  }

  /**
   * Neighbours are read together: many small records cost as few transactions
   * as were needed to store them.
   *
   * @param {string} uid
   * @param {Wanted[]} wanted
   * @returns {Promise<(Stored | Error)[]>} In that order; an error is one record's.
   */
  async responses(uid, wanted) {
    const groups = [];
    for (const neighbours of groupsOf(wanted)) groups.push(await this.#read(uid, neighbours));
    return groups.flat();
  }

  /**
   * @param {string} uid
   * @param {Wanted[]} wanted  Neighbours.
   * @returns {Promise<(Stored | Error)[]>} Rejects when it is the store that cannot
   *   be read now: nobody is to remember that as an answer.
   */
  async #read(uid, wanted) {
    try {
      return await this.#readTogether(uid, wanted);
    } catch (error) {
      if (wanted.length === 1) {
        const { cause } = /** @type {any} */ (error);
        if (error instanceof StorageError && !kLost.test(cause?.name)) throw error;
        return [/** @type {Error} */ (error)];
      }
      // What cannot be read of one must not fail its neighbours.
      const alone = await Promise.all(wanted.map((each) => this.#read(uid, [each])));
      return alone.flat();
    }
  }

  /**
   * @param {string} uid
   * @param {Wanted[]} wanted
   * @returns {Promise<Stored[]>}
   */
  async #readTogether(uid, wanted) {
    const [first, last] = [wanted[0], wanted[wanted.length - 1]];
    // It is alone then.
    const isLarge = Number(first.bodyBytes) > kReadTogetherBytesMax;
    const range = IDBKeyRange.bound([uid, first.record], [uid, last.record, []]);
    const packed = wanted.map((each) => this.#whereIs({ uid, ...each }));
    // What is all in packs is nowhere else.
    const isApart = wanted.some(({ bodyBytes }, index) => packed[index]?.end !== bodyBytes);
    const names = isApart ? [kHeads] : [];
    if (isApart && first.bodyBytes !== null && !isLarge) names.push(kChunks);
    const { apart: [heads, chunks], packs } = await this.#database.read((transaction) => ({
      apart: names.map((name) => {
        const store = transaction.objectStore(name);
        return { keys: store.getAllKeys(range), values: store.getAll(range) };
      }),
      packs: new Map([...new Set(packed.map((each) => each?.key))].map((key) =>
        [key, readPack(transaction, key)])),
    }));
    const headOf = new Map(heads?.keys.result.map((key, index) =>
      [nameOfKey(key), heads.values.result[index]]));
    /** @type {Map<string, StoredChunk[]>} */
    const chunksOf = new Map();
    chunks?.keys.result.forEach((key, index) => {
      const [, , , begin, end] = /** @type {any} */ (key);
      const name = nameOfKey(key);
      const list = chunksOf.get(name) ?? [];
      chunksOf.set(name, list);
      list.push({ begin, end, data: () => chunks.values.result[index] });
    });
    const largeBody = isLarge && await this.#largeBody({ uid, ...first }, Number(first.bodyBytes));
    return wanted.map(({ record, generation, bodyBytes }, index) => {
      const name = nameOf({ uid, record, generation });
      const found = findIn(packs.get(packed[index]?.key), { record, generation });
      const head = found.head ?? headOf.get(name);
      if (!head) throw new Error('A stored response head is missing.');
      if (largeBody) return { head, body: largeBody };
      const own = [...found.chunks, ...(chunksOf.get(name) ?? [])];
      return { head, body: bodyBytes === null ? null : join(own, 0, bodyBytes) };
    });
  }

  /**
   * Page by page: what came over a slow link is small chunks.
   *
   * @param {ChunkOwner} owner
   * @param {number} length
   * @returns {Promise<Blob>}
   */
  async #largeBody(owner, length) {
    const { result: keys } = await this.#database.read((transaction) =>
      transaction.objectStore(kChunks).getAllKeys(under(keyOf(owner))),
    );
    let offset = this.#whereIs(owner)?.end ?? 0;
    /** @type {BlobPart[]} */
    const pages = offset > 0 ? [await this.part(owner, 0, offset)] : [];
    while (keys.length > 0) {
      let bytes = 0;
      /** @type {StoredChunk[]} */
      const page = [];
      const first = keys[0];
      let last = first;
      while (keys.length > 0 && bytes < kReadTogetherBytesMax) {
        last = /** @type {IDBValidKey} */ (keys.shift());
        const [, , , begin, end] = /** @type {any} */ (last);
        const index = page.length;
        page.push({ begin, end, data: () => result[index] });
        bytes += end - begin;
      }
      const { result } = await this.#database.read((transaction) =>
        transaction.objectStore(kChunks).getAll(IDBKeyRange.bound(first, last)),
      );
      const end = Math.min(length, Math.max(offset, ...page.map((chunk) => chunk.end)));
      pages.push(join(page, offset, end));
      offset = end;
    }
    // Nothing, or an error.
    pages.push(join([], offset, length));
    return new Blob(pages);
  }

  /**
   * A body, or a part of it. Its bytes stay in the store until they are read.
   *
   * @param {ChunkOwner} owner
   * @param {number} begin
   * @param {number} end
   * @returns {Promise<Blob | ArrayBuffer>} Rejects when any of its bytes are missing.
   */
  async part(owner, begin, end) {
    const packed = this.#whereIs(owner);
    const packKey = packed && begin < packed.end ? packed.key : undefined;
    const { pack, chunks } = await this.#database.read((transaction) => {
      const store = transaction.objectStore(kChunks);
      const key = keyOf(owner);
      /** @type {StoredChunk[]} */
      const overlapping = [];
      const keys = store.getAllKeys(IDBKeyRange.bound(key, [...key, end]));
      keys.onsuccess = () => {
        for (const each of /** @type {any[]} */ (keys.result)) {
          const [, , , chunkBegin, chunkEnd] = each;
          if (chunkEnd <= begin) continue;
          const request = store.get(each);
          overlapping.push({ begin: chunkBegin, end: chunkEnd, data: () => request.result });
        }
      };
      return { pack: readPack(transaction, packKey), chunks: overlapping };
    });
    return join([...findIn(pack, owner).chunks, ...chunks], begin, end);
  }

  /**
   * @param {(owner: ChunkOwner, head: ResponseHead) => void} visit
   * @returns {Promise<void>}
   */
  async eachHead(visit) {
    await this.#eachPacked(visit);
    await this.#eachKey(kHeads, ([uid, record, generation], head) => {
      visit({ uid, record, generation }, head);
    });
  }

  /**
   * What is in a pack that has lost its other half has never been stored; what is left of
   * it is deleted.
   *
   * @param {(owner: ChunkOwner, head: ResponseHead) => void} visit
   */
  async #eachPacked(visit) {
    /** @type {PackedBodies} */
    const packed = new Map();
    /** @type {Map<string, IDBValidKey>} By the key as JSON: other keys may be the same text. */
    const halves = new Map();
    await this.#eachKey(kPacks, (key) => void halves.set(JSON.stringify(key), key));
    await this.#eachKey(kPackHeads, (key, heads) => {
      // Of an array only: a text would have a first letter.
      const [[, uid]] = key.entries();
      const isOurs = (/** @type {any} */ each) => isReadBy(() => {
        const { record, generation, at, end, head } = each;
        const owner = { uid, record, generation };
        if (![at, end].every((place) => Number.isSafeInteger(place) && place >= 0)) {
          throw new TypeError('No pack.');
        }
        visit(owner, head);
        noteIn(packed, owner, key, end);
      });
      const name = JSON.stringify(key);
      if (!halves.has(name) || !heads.filter(isOurs)[0]) throw new TypeError('No pack.');
      halves.delete(name);
    });
    await this.#deleteKeys(kPacks, [...halves.values()]);
    this.#packed = packed;
  }

  /**
   * What is packed first, then the others in the order of their keys. To be called after
   * eachHead().
   *
   * @param {(owner: ChunkOwner, begin: number, end: number) => void} visit
   * @returns {Promise<void>}
   */
  async eachChunk(visit) {
    for (const [uid, bodies] of this.#packed) {
      for (const [record, { generation, end }] of bodies) {
        if (end > 0) isReadBy(() => visit({ uid, record, generation }, 0, end));
      }
    }
    await this.#eachKey(kChunks, ([uid, record, generation, begin, end]) => {
      visit({ uid, record, generation }, begin, end);
    });
  }

  /**
   * Deletes chunks that have a key but not its bytes. WebKit commits the key of a
   * Blob before it gives the Blob's file its name, and a browser that is killed
   * in between keeps the one without the other. Only chunks that nobody was
   * told to be durable can be so; before the engine is told of any, they go.
   */
  async deleteBroken() {
    /** @type {IDBValidKey[]} */
    const suspects = [];
    await this.#eachKey(kChunks, (key) => {
      const [, , , begin, end] = key;
      if (end - begin >= kBlobBytesMin) suspects.push(key);
    });
    for (let first = 0; first < suspects.length; first += kProbesAtOnce) {
      const keys = suspects.slice(first, first + kProbesAtOnce);
      const requests = await this.#database.read((transaction) =>
        keys.map((key) => transaction.objectStore(kChunks).get(key)),
      );
      const areWhole = await Promise.all(
        requests.map(async ({ result }, index) => {
          const [, , , begin, end] = /** @type {any} */ (keys[index]);
          return hasLength(result, end - begin) && isReadable(this.#keep(keys[index], result));
        }),
      );
      await this.#deleteKeys(kChunks, keys.filter((_, index) => !areWhole[index]));
    }
  }

  /** Until unfence() nothing is stored: the lock is another worker's. */
  fence() {
    // Its connection is closed then, and not told when the database is deleted.
    this.#letGo('');
    // What is being read now would be kept afterwards.
    this.#kept = null;
    return this.#database.fence();
  }

  unfence() {
    this.#kept ??= new Map();
    this.#database.unfence();
  }

  async isEmpty() {
    const counts = await this.#database.read((transaction) =>
      kStores.map((name) => transaction.objectStore(name).count()),
    );
    return counts.every(({ result }) => result === 0);
  }

  /** @returns {Promise<Set<string>>} The uids that upload bodies are stored for. */
  async bodyOwners() {
    /** @type {Set<string>} */
    const uids = new Set();
    await this.#eachKey(kBodies, ([uid]) => {
      if (typeof uid !== 'string') throw new TypeError('No uid of ours.');
      uids.add(uid);
    });
    return uids;
  }

  /** @param {ChunkOwner} owner @returns {Whereabouts | undefined} Undefined: it is in no pack. */
  #whereIs({ uid, record, generation }) {
    const packed = this.#packed.get(uid)?.get(record);
    return packed?.generation === generation ? packed : undefined;
  }

  /** @param {string} name @param {IDBValidKey[]} keys */
  async #deleteKeys(name, keys) {
    if (keys.length === 0) return;
    await this.#database.write((transaction) => {
      for (const key of keys) transaction.objectStore(name).delete(key);
    });
  }

  /** @param {ChunkOwner} owner */
  async deleteGeneration(owner) {
    await this.#database.write((transaction) => {
      transaction.objectStore(kChunks).delete(under(keyOf(owner)));
      transaction.objectStore(kHeads).delete(keyOf(owner));
      // Only now: it may have been on its way into a pack.
      const packed = this.#whereIs(owner);
      if (packed) deleteFromPack(transaction, packed.key, owner);
    });
    if (this.#whereIs(owner)) this.#packed.get(owner.uid)?.delete(owner.record);
    this.#letGo(`${keyOf(owner)},`);
  }

  /** @param {string} uid */
  async deleteFetch(uid) {
    await this.#database.write((transaction) => {
      for (const name of kStores) transaction.objectStore(name).delete(under([uid]));
    });
    this.#packed.delete(uid);
    this.#letGo(`${uid},`);
  }

  /**
   * Whatever does not read as ours is deleted: one such entry, of which nothing
   * is known, must not keep the others from being used.
   *
   * @param {string} name
   * @param {(key: any, value: any) => void} visit  The value only of heads:
   *   the others are large. Throws at what it cannot read.
   */
  async #eachKey(name, visit) {
    const count = name === kPackHeads ? kPacksPerTransaction : kKeysPerTransaction;
    /** @type {IDBKeyRange | null} */
    let range = null;
    for (;;) {
      const { keys, values } = await this.#database.read((transaction) => {
        const store = transaction.objectStore(name);
        return {
          keys: store.getAllKeys(range, count),
          values: [kHeads, kPackHeads].includes(name) ? store.getAll(range, count) : null,
        };
      });
      const foreign = keys.result.filter(
        (key, index) => !isReadBy(() => visit(key, values?.result[index])),
      );
      await this.#deleteKeys(name, foreign);
      if (keys.result.length < count) return;
      range = IDBKeyRange.lowerBound(keys.result[count - 1], true);
    }
  }
}

/** Only Chromium has that member. */
function isChromium() {
  return 'userAgentData' in navigator;
}

/** @param {() => void} visit  Throws at what it cannot read. */
function isReadBy(visit) {
  try {
    visit();
    return true;
  } catch (error) {
    if (isAssertion(error)) throw error;
    return false;
  }
}

/**
 * Those whose keys follow each other and of which the same is wanted, but no
 * more than what fits memory.
 *
 * @param {Wanted[]} wanted
 */
function groupsOf(wanted) {
  /** @type {Wanted[][]} */
  const groups = [];
  let bytes = 0;
  wanted.forEach((each, index) => {
    const previous = wanted[index - 1];
    bytes += each.bodyBytes ?? 0;
    const isNeighbour =
      previous?.record + 1 === each.record &&
      (previous.bodyBytes === null) === (each.bodyBytes === null) &&
      bytes <= kReadTogetherBytesMax;
    if (isNeighbour) {
      groups[groups.length - 1].push(each);
    } else {
      groups.push([each]);
      bytes = each.bodyBytes ?? 0;
    }
  });
  return groups;
}

/**
 * @param {IDBTransaction} transaction
 * @param {Chunk} chunk
 */
function putChunk(transaction, { owner, begin, end, data, head }) {
  const key = keyOf(owner);
  if (head) transaction.objectStore(kHeads).put(head, key);
  if (begin < end) transaction.objectStore(kChunks).put(data, [...key, begin, end]);
}
