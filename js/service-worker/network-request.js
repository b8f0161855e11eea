/**
 * NetworkRequest: one request to the network, and its body on the way into the
 * store.
 *
 * What it reports, in this order: the head; each chunk, when it is durable, and
 * the end of the body, when it is read; one closing event. What was received is kept, whatever ended it.
 */

import { toInit } from '../shared/request.js';
import { bodyPieces, lengthOf } from './body-pieces.js';
import { ChunkWriter } from './chunk-writer.js';
import { StorageError } from './database.js';

/** @typedef {import('../../bindings/engine.js').Command} Command */
/** @typedef {import('../../bindings/engine.js').ResponseHead} ResponseHead */
/** @typedef {import('./body-store.js').BodyStore} BodyStore */

/** @typedef {Extract<Command, {type: 'start-request'}>} StartCommand */
/** @typedef {Extract<Command, {type: 'read-body'}>} ReadCommand */

/**
 * What the core is told of a request, by the names of its events.
 *
 * @typedef {object} Reports
 * @property {(head: ResponseHead) => void} responseHead
 *   Answered by read() or cancel(), some time.
 * @property {(begin: number, end: number) => void} chunkStored
 * @property {(bytes: number) => void} bodyReceived  Read to its end; to be stored.
 * @property {() => void} bodyEnded  Closing, as are those that follow.
 * @property {() => void} requestFailed
 * @property {(quota: boolean) => void} storageFailed
 */

/**
 * @typedef {<Name extends keyof Reports>(
 *   name: Name, ...values: Parameters<Reports[Name]>) => void} Report
 */

export class NetworkRequest {
  #store;
  #report;
  #controller = new AbortController();
  /** @type {(command: ReadCommand | null) => void} */
  #decide = () => {};
  /** @type {Promise<ReadCommand | null>} Null: cancelled. */
  #decision = new Promise((resolve) => {
    this.#decide = resolve;
  });

  /**
   * @param {BodyStore} store
   * @param {Report} report
   */
  constructor(store, report) {
    this.#store = store;
    this.#report = report;
  }

  /**
   * @param {StartCommand} command
   * @returns {Promise<void>} Resolves after the closing event.
   */
  async run(command) {
    try {
      // Not a Request: WebKit goes on receiving what a signal aborts that only a Request has.
      const response = await fetch(command.info.url, await this.#makeInit(command));
      const head = toHead(response);
      this.#report('responseHead', head);
      const decision = await this.#decision;
      if (decision?.isOwnHead) decision.head = head;
      if (decision) await this.#storeBody(response, decision);
    } catch (error) {
      if (error instanceof StorageError) this.#report('storageFailed', error.isQuota);
      // Whatever else was thrown is the network's doing; engines do not agree
      // on what. The core decides what to make of it.
      else this.#report('requestFailed');
      return;
    } finally {
      // What is left of the body is not wanted.
      this.#controller.abort();
    }
    if (await this.#decision) this.#report('bodyEnded');
    else this.#report('requestFailed');
  }

  /** @param {ReadCommand} command */
  read(command) {
    this.#decide(command);
  }

  cancel() {
    this.#decide(null);
    this.#controller.abort();
  }

  /** @param {StartCommand} command */
  async #makeInit({ owner, info, range, ifRange, cache }) {
    const body = info.bodyLength > 0 ? await this.#store.body(owner.uid, owner.record) : null;
    // What the browser has lost: a server must not take nothing for the body.
    if ((body?.size ?? 0) !== info.bodyLength) throw new Error('A stored request body is missing.');
    const init = toInit(cache ? { ...info, cache } : info, body);
    const headers = new Headers(info.headers);
    if (range) headers.set('Range', range);
    if (ifRange) headers.set('If-Range', ifRange);
    init.headers = headers;
    init.signal = this.#controller.signal;
    return init;
  }

  /**
   * @param {Response} response
   * @param {ReadCommand} command
   */
  async #storeBody(response, command) {
    const { begin, end } = command;
    const lengthMax = end < 0 ? Infinity : end - begin;
    const writer = new ChunkWriter(this.#store, command, (begin, end) =>
      this.#report('chunkStored', begin, end));
    let bytes = 0;
    try {
      for await (const piece of bodyPieces(response, command, lengthMax)) {
        bytes += lengthOf(piece);
        await writer.write(piece);
      }
      this.#report('bodyReceived', bytes);
    } finally {
      // When both fail, the store's error counts: it is what it rejects with.
      await writer.finish();
    }
  }
}

/**
 * @param {Response} response
 * @returns {ResponseHead}
 */
function toHead(response) {
  return {
    status: response.status,
    statusText: response.statusText,
    // Lower case, as Headers iterates.
    headers: [...response.headers],
    url: response.url,
    type: response.type,
    redirected: response.redirected,
  };
}
