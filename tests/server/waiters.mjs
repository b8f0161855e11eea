/** Conditions over state that changes now and then, awaited without polling. */

import { withDeadline } from './deadline.mjs';

export class Waiters {
  /** @type {Set<() => void>} */
  #checks = new Set();

  /** To be called after every change. */
  notify() {
    for (const check of [...this.#checks]) check();
  }

  /**
   * The first truthy value of `condition`, tried now and after every change.
   *
   * @template T
   * @param {() => T} condition
   * @param {number} timeoutMs
   * @param {() => string} describe
   * @returns {Promise<T>}
   */
  async until(condition, timeoutMs, describe) {
    const found = condition();
    if (found) return found;
    let check = () => {};
    /** @type {Promise<T>} */
    const fulfilled = new Promise((resolve, reject) => {
      check = () => {
        try {
          const value = condition();
          if (value) resolve(value);
        } catch (error) {
          reject(error);
        }
      };
      this.#checks.add(check);
    });
    try {
      return await withDeadline(fulfilled, timeoutMs, describe);
    } finally {
      this.#checks.delete(check);
    }
  }
}
