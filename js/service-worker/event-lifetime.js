/**
 * EventLifetime: what ExtendableEvent's waitUntil() is, for events that we
 * dispatch ourselves. Service Workers, "extend lifetime promises".
 */

import { makeError } from '../shared/errors.js';

export class EventLifetime {
  #pending = 0;
  #isDispatching = false;
  /** @type {() => void} */
  #end = () => {};

  /** While it is, promises may be added. */
  get isActive() {
    return this.#isDispatching || this.#pending > 0;
  }

  /**
   * @param {() => void} dispatch
   * @returns {Promise<void>} Resolves when every promise has settled, however.
   */
  run(dispatch) {
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#isDispatching = true;
      dispatch();
      this.#isDispatching = false;
      this.#endIfDone();
    });
  }

  /** @param {unknown} value  Need not be a promise. */
  extend(value) {
    if (!this.isActive) {
      throw makeError('InvalidStateError', 'The lifetime of the event has ended.');
    }
    this.#pending += 1;
    const settled = async () => {
      // One microtask later, says the specification: reactions of the app's to
      // the same promise may still add others.
      await null;
      this.#pending -= 1;
      this.#endIfDone();
    };
    Promise.resolve(value).then(settled, settled);
  }

  #endIfDone() {
    if (!this.isActive) this.#end();
  }
}
