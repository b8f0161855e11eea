/**
 * PutQueue: many writers, one transaction after the other.
 *
 * What arrives while a transaction runs, or within moments of its begin, shares the
 * next one: small bodies are then stored at the speed at which they are read.
 */

import { now } from './clock.js';

/** Twice as many gained nothing where it was measured; fewer lost speed. */
const kPutsPerTransactionMax = 64;

/** Two large parts: more would only make the first wait for the others. */
const kBytesPerTransactionMax = 16 * 1024 * 1024;

/**
 * The next transaction waits so long after the begin of the last, for company: each costs
 * what many puts cost. The last small body of a fetch is stored so much later.
 */
const kGatherMs = 50;

/**
 * @template Item
 * @typedef {object} Waiting
 * @property {Item} item
 * @property {() => void} resolve
 * @property {(error: unknown) => void} reject
 */

/** @template {{bytes: number, isUrgent?: boolean}} Item  Urgent: it does not wait for company. */
export class PutQueue {
  #write;
  /** @type {Waiting<Item>[]} */
  #waiting = [];
  #isWriting = false;
  #beganAt = -Infinity;
  /** The next transaction waits no longer. */
  #hurry = () => {};

  /** @param {(items: Item[]) => Promise<unknown>} write  All or nothing. */
  constructor(write) {
    this.#write = write;
  }

  /**
   * @param {Item} item
   * @returns {Promise<void>} Resolves when it is durable.
   */
  put(item) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#isDue()) this.#hurry();
      if (!this.#isWriting) this.#drain();
    });
  }

  async #drain() {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const dueMs = this.#beganAt + kGatherMs - now();
      if (dueMs > 0 && !this.#isDue()) {
        await /** @type {Promise<void>} */ (new Promise((resolve) => {
          this.#hurry = resolve;
          setTimeout(resolve, dueMs);
        }));
      }
      this.#beganAt = now();
      await this.#writeTogether(this.#takeBatch());
    }
    this.#isWriting = false;
  }

  #isDue() {
    return (
      this.#waiting.length >= kPutsPerTransactionMax ||
      this.#waiting.some(({ item }) => item.isUrgent)
    );
  }

  #takeBatch() {
    let count = 0;
    let bytes = 0;
    for (const { item } of this.#waiting) {
      bytes += item.bytes;
      if (count > 0 && (count === kPutsPerTransactionMax || bytes > kBytesPerTransactionMax)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** @param {Waiting<Item>[]} batch */
  async #writeTogether(batch) {
    try {
      await this.#write(batch.map(({ item }) => item));
    } catch (error) {
      if (batch.length === 1 || /** @type {any} */ (error).isStuck) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // One bad Blob must not fail its neighbours.
      for (const alone of batch) await this.#writeTogether([alone]);
      return;
    }
    for (const { resolve } of batch) resolve();
  }
}
