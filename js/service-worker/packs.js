/**
 * Packs: small bodies of one fetch that came to the store together, as one value, and their
 * heads, as another. Each value costs a browser's store what many kilobytes do.
 *
 * Who reads or deletes a body must know the pack that it is in: the store itself tells only
 * when the heads of all packs are read, as recovery does. Who deletes one rewrites the heads of
 * the others; its bytes go with the last of them, a megabyte later at most.
 */

import { kPackHeads, kPacks, keyOf } from './body-keys.js';

/** @typedef {import('../../bindings/engine.js').ChunkOwner} ChunkOwner */
/** @typedef {import('../../bindings/engine.js').ResponseHead} ResponseHead */
/** @typedef {import('./body-store.js').Chunk} Chunk */
/** @typedef {import('./stored-body.js').StoredChunk} StoredChunk */

/**
 * Larger bodies cost more by their bytes than by being a value each; and what is read of a
 * pack is all of it.
 */
const kPackedBytesMax = 16 * 1024;

/**
 * Of a body in a pack, up to `end` of it: which of the pack's it is.
 *
 * @typedef {{record: number, generation: number, at: number, end: number, head: ResponseHead}}
 *   Packed
 *
 * A buffer each, and not one for all: nobody needs to copy them into it, and out of it.
 *
 * @typedef {{heads: IDBRequest<Packed[]>, bodies: IDBRequest<ArrayBuffer[]>}} PackRequests
 *
 * Where a body is, up to `end` of it: in the pack of that key.
 *
 * @typedef {{key: IDBValidKey, generation: number, end: number}} Whereabouts
 *
 * @typedef {Map<string, Map<number, Whereabouts>>} PackedBodies  By uid, by record: all that are.
 */

/**
 * Of what is to be stored in one transaction, that which is worth a pack.
 *
 * @param {Chunk[]} chunks
 * @param {PackedBodies} packed  Whatever else comes of these, of another generation, too, is
 *   stored apart.
 * @returns {Chunk[]} None, or several, of one fetch.
 */
export function packOf(chunks, packed) {
  /** @type {Map<number, Chunk>} */
  const pack = new Map();
  for (const chunk of chunks) {
    const { owner: { uid, record }, begin, end, data, head } = chunk;
    const isSmall = head && begin === 0 && end <= kPackedBytesMax && !(data instanceof Blob);
    const [first = chunk] = pack.values();
    const isNew = uid === first.owner.uid && !pack.has(record) && !packed.get(uid)?.has(record);
    if (isSmall && isNew) pack.set(record, chunk);
  }
  return pack.size > 1 ? [...pack.values()] : [];
}

/**
 * @param {PackedBodies} packed  Gets one more.
 * @param {ChunkOwner} owner
 * @param {IDBValidKey} key
 * @param {number} end
 */
export function noteIn(packed, { uid, record, generation }, key, end) {
  const bodies = packed.get(uid) ?? new Map();
  packed.set(uid, bodies.set(record, { key, generation, end }));
}

/**
 * Aborts the transaction when there is such a pack: other bodies are in it.
 *
 * @param {IDBTransaction} transaction
 * @param {Chunk[]} pack
 */
export function putPack(transaction, pack) {
  const key = keyOf(pack[0].owner);
  const heads = pack.map(({ owner: { record, generation }, end, head }, at) =>
    ({ record, generation, at, end, head }));
  transaction.objectStore(kPackHeads).add(heads, key);
  transaction.objectStore(kPacks).add(pack.map(({ data }) => data), key);
}

/**
 * @param {IDBTransaction} transaction
 * @param {IDBValidKey | undefined} key  Undefined: the body is in none.
 * @returns {PackRequests | undefined}
 */
export function readPack(transaction, key) {
  if (!key) return undefined;
  return {
    heads: transaction.objectStore(kPackHeads).get(key),
    bodies: transaction.objectStore(kPacks).get(key),
  };
}

/**
 * @param {PackRequests | undefined} pack  When the transaction is complete.
 * @param {{record: number, generation: number}} owner
 * @returns {{head?: ResponseHead, chunks: StoredChunk[]}} What it has of a body.
 */
export function findIn(pack, owner) {
  const packed = pack?.heads.result?.find?.((each) => isOf(each, owner));
  if (!packed) return { chunks: [] };
  const { at, end, head } = packed;
  const data = () => /** @type {PackRequests} */ (pack).bodies.result[at];
  return { head, chunks: [{ begin: 0, end, data }] };
}

/**
 * The last one takes the pack along.
 *
 * @param {IDBTransaction} transaction
 * @param {IDBValidKey} key
 * @param {ChunkOwner} owner
 */
export function deleteFromPack(transaction, key, owner) {
  const store = transaction.objectStore(kPackHeads);
  const request = store.get(key);
  request.onsuccess = () => {
    const left = request.result?.filter?.((/** @type {Packed | null} */ each) =>
      each && !isOf(each, owner));
    if (left?.length > 0) return store.put(left, key);
    store.delete(key);
    transaction.objectStore(kPacks).delete(key);
  };
}

/**
 * Whatever there may be instead.
 *
 * @param {Packed | null} packed
 * @param {{record: number, generation: number}} owner
 */
function isOf(packed, { record, generation }) {
  return packed?.record === record && packed.generation === generation;
}
