/**
 * Trace: what the engines of this worker were told, and what they wanted done,
 * as texts: enough to tell them again. js/page/trace.js makes it fit to be shown.
 *
 * In memory alone: it dies with the worker.
 */

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

/** In characters: a download of some gigabytes, or of some hundred small files. */
const kTraceLengthMax = 1_000_000;

export class Trace {
  /** @type {string[]} Name, arguments and answer of each call, as JSON. */
  entries = [];
  #length = 0;

  /**
   * @param {CoreModule} core
   * @returns {CoreModule} The same, but what is called is noted, also when it throws.
   */
  follow(core) {
    return new Proxy(core, {
      get: (_, name) => (/** @type {any[]} */ ...values) => {
        let answer;
        try {
          return (answer = /** @type {any} */ (core)[name](...values));
        } finally {
          this.#add(JSON.stringify([name, values, answer]));
        }
      },
    });
  }

  /** @param {string} entry */
  #add(entry) {
    this.#length += entry.length;
    this.entries.push(entry);
    // Without its beginning it can still be read.
    while (this.#length > kTraceLengthMax) {
      this.#length -= /** @type {string} */ (this.entries.shift()).length;
    }
  }
}
