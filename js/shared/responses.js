/**
 * Responses: the answers of one background fetch's records, as far as this
 * realm has asked for them. All record objects of a registration share it.
 *
 * The worker answers only for records that have a head, or have settled. So
 * the others are asked for again, but only when that is so for one more.
 */

import { makeError } from './errors.js';
import { liveBody } from './live-body.js';

/** @typedef {import('./messages.js').RecordResponse} RecordResponse */
/** @typedef {import('./messages.js').Questions} Questions */

/**
 * More are asked for in turns: an answer carries a head and a Blob for each
 * record, and holds up other messages while it is cloned.
 */
const kRecordsPerQuestionMax = 500;

/**
 * @typedef {object} Pending
 * @property {Promise<RecordResponse>} promise
 * @property {(response: RecordResponse) => void} resolve
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
  /** @type {Map<number, RecordResponse>} */
  #settled = new Map();
  /** @type {Error | null} */
  #dropped = null;
  #isAsking = false;
  /** There is more to ask than the question that is open asks. */
  #isStale = false;

  /**
   * @param {<Name extends 'responses' | 'read' | 'release'>(
   *   name: Name, fields: Omit<Questions[Name]['ask'], 'uid'>) =>
   *   Promise<Questions[Name]['answer']>} ask  About the fetch.
   */
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
   * @returns {Promise<RecordResponse>} Rejects once the records are dropped.
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

  /**
   * @param {RecordResponse} response
   * @param {number} [begin]
   * @returns {Blob | ReadableStream | null} All bytes from `begin` on.
   */
  bodyOf({ record, body, openGeneration }, begin = 0) {
    if (openGeneration === null) return begin > 0 && body ? body.slice(begin) : body;
    return liveBody(
      (generation, offset) => this.#ask('read', { record, generation, offset }),
      openGeneration,
      begin,
    );
  }

  /**
   * The app has it elsewhere. Forgotten here, because what refers to a Blob keeps
   * its bytes.
   *
   * @param {number} record
   * @returns {Promise<boolean>} Resolves when it is deleted; false: it is not.
   */
  release(record) {
    this.#settled.delete(record);
    return this.#ask('release', { record });
  }

  /** News: one more record may be answered. */
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
      const responses = await this.#ask('responses', {
        records: records.slice(begin, begin + kRecordsPerQuestionMax),
      });
      for (const response of responses) this.#hear(response);
    }
  }

  /** @param {RecordResponse} response */
  #hear(response) {
    const pending = this.#pending.get(response.record);
    if (response.openGeneration === null) {
      this.#settled.set(response.record, response);
    } else if (!pending) {
      // Whoever looks later may find all of it.
      return;
    }
    this.#pending.delete(response.record);
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
