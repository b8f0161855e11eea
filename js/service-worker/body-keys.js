/**
 * The keys of the body store: what belongs to whom, in which order.
 */

/** @typedef {import('../../bindings/engine.js').ChunkOwner} ChunkOwner */

/** Object stores, with their keys; all keys are explicit. */
export const kChunks = 'chunks'; // [uid, record, generation, begin, end]
export const kHeads = 'heads'; // [uid, record, generation]
export const kPacks = 'packs'; // [uid, record, generation] of its first body
export const kPackHeads = 'packHeads'; // As its pack's.
export const kBodies = 'bodies'; // [uid, record]
export const kStores = [kChunks, kHeads, kPacks, kPackHeads, kBodies];

/** @param {ChunkOwner} owner */
export function keyOf({ uid, record, generation }) {
  return [uid, record, generation];
}

/**
 * Whose a key is that begins as keyOf() has it, as a text.
 *
 * @param {any} key
 */
export function nameOfKey(key) {
  return String(key.slice(0, 3));
}

/** @param {ChunkOwner} owner */
export function nameOf(owner) {
  return nameOfKey(keyOf(owner));
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
