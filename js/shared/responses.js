/**
 * Responses: the answers of one background fetch's records, as far as this
 * realm has asked for them. All record objects of a registration share it.
 *
 * The worker answers only for records that have settled. So the others are
 * asked for again, but only when a record has settled in the meantime.
 */

import { makeError } from './errors.js';

/** @typedef {import('./messages.js').SettledResponse} SettledResponse */

/**
 * More are asked for in turns: an answer carries a head and a Blob for each
 * record, and holds up other messages while it is cloned.
 */
const kRecordsPerQuestionMax = 500;

/**
 * @typedef {object} Pending
 * @property {Promise<SettledResponse>} promise
 * @property {(response: SettledResponse) => void} resolve
 * @property {(error: Error) => void} reject
 */

export class Responses {
  #ask;
  /**
   * In the order of matchAll(). Undefined: handed out as a record, but nobody
   * has looked yet.
   *
   * @type {Map<number, Pending | undefined>}
   */
  #pending = new Map();
  /** @type {Map<number, SettledResponse>} */
  #settled = new Map();
  /** @type {Error | null} */
  #dropped = null;
  #isAsking = false;
  /** There is more to ask than the question that is open asks. */
  #isStale = false;

  /** @param {(records: number[]) => Promise<SettledResponse[]>} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * A record object for it exists: the first look at one of them asks for all.
   *
   * @param {number} record
   */
  expect(record) {
    if (!this.#settled.has(record) && !this.#pending.has(record)) {
      this.#pending.set(record, undefined);
    }
  }

  /**
   * @param {number} record
   * @returns {Promise<SettledResponse>} Rejects once the records are dropped.
   */
  get(record) {
    const settled = this.#settled.get(record);
    if (settled) return Promise.resolve(settled);
    if (this.#dropped) return Promise.reject(this.#dropped);
    const pending = this.#pending.get(record) ?? makePending();
    this.#pending.set(record, pending);
    this.#askSoon();
    return pending.promise;
  }

  /** News: a record has settled. */
  advance() {
    if (this.#isWaitedFor()) this.#askSoon();
  }

  /**
   * The records are deleted: what has not been answered never will be. What has
   * been stays readable, apps go on reading after the last event.
   */
  drop() {
    this.#dropped ??= makeError('AbortError', 'The records of this background fetch are gone.');
    this.#rejectPending(this.#dropped);
  }

  #isWaitedFor() {
    for (const pending of this.#pending.values()) if (pending) return true;
    return false;
  }

  async #askSoon() {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      // Records looked at in the same turn share a question.
      await null;
      do {
        this.#isStale = false;
        await this.#askForPending();
      } while (this.#isStale && this.#isWaitedFor());
    } catch (error) {
      this.#rejectPending(/** @type {Error} */ (error));
    } finally {
      this.#isAsking = false;
    }
  }

  async #askForPending() {
    const records = [...this.#pending.keys()];
    for (let begin = 0; begin < records.length; begin += kRecordsPerQuestionMax) {
      const responses = await this.#ask(records.slice(begin, begin + kRecordsPerQuestionMax));
      for (const response of responses) this.#settle(response);
    }
  }

  /** @param {SettledResponse} response */
  #settle(response) {
    const pending = this.#pending.get(response.record);
    this.#pending.delete(response.record);
    this.#settled.set(response.record, response);
    pending?.resolve(response);
  }

  /** @param {Error} error */
  #rejectPending(error) {
    for (const pending of this.#pending.values()) pending?.reject(error);
    this.#pending.clear();
  }
}

/** @returns {Pending} */
function makePending() {
  /** @type {any} */
  const pending = {};
  pending.promise = new Promise((resolve, reject) => Object.assign(pending, { resolve, reject }));
  return pending;
}
