/**
 * The keys of the body store: what belongs to whom, in which order.
 */

/** @typedef {import('../../bindings/engine.js').ChunkOwner} ChunkOwner */

/** Object stores, with their keys; all keys are explicit. */
export const kChunks = 'chunks'; // [uid, record, generation, begin, end]
export const kHeads = 'heads'; // [uid, record, generation]
export const kBodies = 'bodies'; // [uid, record]
export const kStores = [kChunks, kHeads, kBodies];

/** @param {ChunkOwner} owner */
export function keyOf({ uid, record, generation }) {
  return [uid, record, generation];
}

/**
 * Record and generation of a key within one fetch.
 *
 * @param {any} key
 */
export function nameOf([, record, generation]) {
  return `${record}/${generation}`;
}

/**
 * All keys that begin with these parts: an array sorts behind every number and
 * string.
 *
 * @param {IDBValidKey[]} parts
 */
export function under(parts) {
  return IDBKeyRange.bound(parts, [...parts, []]);
}
