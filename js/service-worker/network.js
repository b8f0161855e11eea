/**
 * Network: the requests that one engine has asked for, by its numbers.
 */

import { NetworkRequest } from './network-request.js';

/** @typedef {import('./body-store.js').BodyStore} BodyStore */
/** @typedef {import('./network-request.js').ReadCommand} ReadCommand */
/** @typedef {import('./network-request.js').StartCommand} StartCommand */
/** @typedef {import('./session.js').EngineEvent} EngineEvent */

export class Network {
  #store;
  #feed;
  /** @type {Map<number, NetworkRequest>} */
  #requests = new Map();
  /** @type {Set<Promise<void>>} */
  #running = new Set();

  /**
   * @param {BodyStore} store
   * @param {(event: EngineEvent) => void} feed
   */
  constructor(store, feed) {
    this.#store = store;
    this.#feed = feed;
  }

  /** @param {StartCommand} command */
  start(command) {
    const { request: number } = command;
    const request = new NetworkRequest(this.#store, (name, ...values) =>
      this.#feed((engine, now) => /** @type {any} */ (engine)[name](number, ...values, now)));
    this.#requests.set(number, request);
    const running = request.run(command).finally(() => {
      this.#requests.delete(number);
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  /** @param {ReadCommand} command */
  readBody(command) {
    this.#requests.get(command.request)?.read(command);
  }

  /**
   * One that has just ended is not there any more; its closing event is on its
   * way.
   *
   * @param {number} number
   */
  cancel(number) {
    this.#requests.get(number)?.cancel();
  }

  /** @returns {Promise<void>} Resolves when nothing is stored any more. */
  async close() {
    for (const request of this.#requests.values()) request.cancel();
    await Promise.allSettled(this.#running);
  }
}
