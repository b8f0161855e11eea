/**
 * EventLifetime: what ExtendableEvent's waitUntil() is, for events that we
 * dispatch ourselves. Service Workers, "extend lifetime promises".
 */

import { makeError } from '../shared/errors.js';
import { Alarm } from './clock.js';

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
   * @returns {Promise<boolean>} Resolves when every promise has settled, however:
   *   whether one of them outlived the listeners.
   */
  run(dispatch) {
    return new Promise((resolve) => {
      this.#isDispatching = true;
      // A browser runs all microtasks before its dispatch is over, so that
      // listeners may go on calling waitUntil() after `await null`; ours come
      // after dispatchEvent(). Set first, to ring before timers of listeners.
      const over = new Alarm(() => {
        this.#isDispatching = false;
        const wasHeld = this.#pending > 0;
        this.#end = () => resolve(wasHeld);
        this.#endIfDone();
      });
      over.set(0);
      dispatch();
    });
  }

  /** @param {unknown} value  Need not be a promise. */
  extend(value) {
    if (!this.isActive) {
      throw makeError('InvalidStateError', 'The lifetime of the event has ended.');
    }
    const promise = Promise.resolve(value);
    this.#pending += 1;
    const settled = async () => {
      // One microtask later, says the specification: reactions of the app's to
      // the same promise may still add others.
      await null;
      this.#pending -= 1;
      this.#endIfDone();
    };
    promise.then(settled, settled);
  }

  #endIfDone() {
    if (!this.isActive) this.#end();
  }
}
