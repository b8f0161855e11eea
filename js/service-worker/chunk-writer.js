/**
 * ChunkWriter: the pieces of one body on their way into the store.
 *
 * They are reported in their order, and none after one that failed: without
 * its head a chunk is worth nothing, and the first chunk brings it.
 */

import { lengthOf } from './body-pieces.js';
import { hurryCollector } from './garbage.js';

/** @typedef {import('../../bindings/engine.js').ChunkOwner} ChunkOwner */
/** @typedef {import('../../bindings/engine.js').ResponseHead} ResponseHead */
/** @typedef {import('./body-store.js').BodyStore} BodyStore */
/** @typedef {import('./body-store.js').Chunk} Chunk */

/**
 * Pieces of one body that may wait for the store. Then the body is not read on,
 * so that a fast network cannot fill the memory.
 */
const kPiecesWaitingMax = 2;

export class ChunkWriter {
  #store;
  #owner;
  #onStored;
  /** Where the next piece begins. */
  #offset;
  /** @type {ResponseHead | null} Until a piece has taken it along. */
  #head;
  /** @type {Set<Promise<void>>} None of them rejects. */
  #waiting = new Set();
  /** @type {{error: unknown} | null} The first. */
  #failure = null;

  /**
   * @param {BodyStore} store
   * @param {{owner: ChunkOwner, begin: number, head: ResponseHead | null}} where
   * @param {(begin: number, end: number) => void} onStored
   */
  constructor(store, { owner, begin, head }, onStored) {
    this.#store = store;
    this.#owner = owner;
    this.#offset = begin;
    this.#head = head;
    this.#onStored = onStored;
  }

  /**
   * @param {Blob | ArrayBuffer} data
   * @returns {Promise<void>} Resolves when there is room for more; rejects when
   *   an earlier piece could not be stored.
   */
  async write(data) {
    const begin = this.#offset;
    const end = begin + lengthOf(data);
    // The body is not read on until it is stored, or it is worth a transaction.
    const isUrgent = this.#waiting.size + 1 >= kPiecesWaitingMax || data instanceof Blob;
    const chunk = { owner: this.#owner, begin, end, data, head: this.#head, isUrgent };
    this.#offset = end;
    this.#head = null;
    const written = this.#put(chunk).then(() => {
      this.#waiting.delete(written);
    });
    this.#waiting.add(written);
    if (this.#waiting.size >= kPiecesWaitingMax) await Promise.race(this.#waiting);
    this.#throwFailure();
  }

  /** @returns {Promise<void>} Resolves when all is durable; rejects when something is not. */
  async finish() {
    await Promise.all(this.#waiting);
    this.#throwFailure();
  }

  /** @param {Chunk} chunk */
  async #put(chunk) {
    try {
      await this.#store.put(chunk);
      if (chunk.data instanceof Blob) hurryCollector(chunk.data.size);
      if (!this.#failure) this.#onStored(chunk.begin, chunk.end);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #throwFailure() {
    if (this.#failure) throw this.#failure.error;
  }
}
