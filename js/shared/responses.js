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
 * More are asked for in turns, two open at a time: an answer carries a head and a
 * body for each record, and holds up other messages while it is cloned.
 */
const kRecordsPerQuestionMax = 250;

/**
 * @typedef {object} Pending
 * @property {Promise<RecordResponse>} promise
 * @property {(response: RecordResponse) => void} resolve
 * @property {(error: Error) => void} reject
 */

/**
 * @typedef {object} Responses
 * @property {(record: number) => void} expect  A record object for it exists: the first look at
 *   one of them asks for its neighbours, too.
 * @property {(record: number) => Promise<RecordResponse>} get  Rejects once the records are
 *   dropped.
 * @property {(response: RecordResponse, begin?: number) =>
 *   Blob | ArrayBuffer | ReadableStream | null} bodyOf
 *   All bytes from `begin` on: for a reader who has been told the total.
 * @property {(record: number) => Promise<boolean>} release  The app has it elsewhere. Forgotten
 *   here, because what refers to a Blob keeps its bytes. Resolves when it is deleted; false: it
 *   is not.
 * @property {() => void} advance  News: one more record may be answered.
 * @property {() => void} drop  The records are deleted: what has not been answered never will be.
 *   What has been stays readable, apps go on reading after the last event.
 */

/**
 * @param {<Name extends 'responses' | 'read' | 'release'>(
 *   name: Name, fields: Omit<Questions[Name]['ask'], 'uid'>) =>
 *   Promise<Questions[Name]['answer']>} ask  About the fetch.
 * @returns {Responses}
 */
export function makeResponses(ask) {
  /**
   * In the order of matchAll(). Undefined: handed out as a record, but nobody
   * has looked yet.
   *
   * @type {Map<number, Pending | undefined>}
   */
  const pending = new Map();
  /** @type {Map<number, RecordResponse>} */
  const settled = new Map();
  /** @type {Error | null} */
  let dropped = null;
  let isAsking = false;
  /** There is more to ask than the question that is open asks. */
  let isStale = false;

  const isWaitedFor = () => [...pending.values()].some(Boolean);

  const askSoon = async () => {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    try {
      // Records looked at in the same turn share a question.
      await null;
      do {
        isStale = false;
        await askForPending();
      } while (isStale && isWaitedFor());
    } catch (error) {
      rejectPending(/** @type {Error} */ (error));
    } finally {
      isAsking = false;
    }
  };

  const askForPending = async () => {
    const all = [...pending.keys()];
    let last = Promise.resolve();
    try {
      for (let begin = 0; begin < all.length; begin += kRecordsPerQuestionMax) {
        const records = all.slice(begin, begin + kRecordsPerQuestionMax);
        // What is answered is kept, for those who look later: all of it may not fit memory.
        if (!records.some((record) => pending.get(record))) continue;
        const before = last;
        // The store reads for one while another is heard.
        last = ask('responses', { records }).then((responses) => responses.forEach(hear));
        // It may fail while the one before is waited for.
        last.catch(() => {});
        await before;
      }
    } finally {
      // None is open any more when the next pass asks.
      await last;
    }
  };

  /** @param {RecordResponse} response */
  const hear = (response) => {
    const { record } = response;
    const waiting = pending.get(record);
    if (response.openGeneration === null) settled.set(record, response);
    // Whoever looks later may find all of it.
    else if (!waiting) return;
    pending.delete(record);
    waiting?.resolve(response);
  };

  /** @param {Error} error */
  const rejectPending = (error) => {
    for (const each of pending.values()) each?.reject(error);
    pending.clear();
  };

  return {
    expect(record) {
      if (!settled.has(record) && !pending.has(record)) pending.set(record, undefined);
    },

    async get(record) {
      const known = settled.get(record);
      if (known) return known;
      if (dropped) throw dropped;
      const waiting = pending.get(record) ?? makePending();
      pending.set(record, waiting);
      askSoon();
      return waiting.promise;
    },

    bodyOf({ record, body, openGeneration }, begin) {
      if (openGeneration === null) return begin && body ? body.slice(begin) : body;
      return liveBody(
        (generation, offset) => ask('read', { record, generation, offset }),
        openGeneration,
        begin,
      );
    },

    release(record) {
      const forget = () => settled.delete(record);
      forget();
      // Somebody may look before it is.
      return ask('release', { record }).finally(forget);
    },

    advance() {
      if (isWaitedFor()) askSoon();
    },

    drop() {
      dropped ??= makeError('AbortError', 'The records of this background fetch are gone.');
      rejectPending(dropped);
    },
  };
}

/** @returns {Pending} */
function makePending() {
  /** @type {any} */
  const pending = {};
  pending.promise = new Promise((resolve, reject) => Object.assign(pending, { resolve, reject }));
  return pending;
}
