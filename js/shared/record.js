/**
 * BackgroundFetchRecord: one request of a background fetch and, some time, its
 * response.
 */

import { toError } from './errors.js';
import { kConstructionKey, requireConstructionKey } from './interface.js';
import { toRequest } from './request.js';
import { toResponse } from './response.js';

/** @typedef {import('./messages.js').MatchedRecord} MatchedRecord */
/** @typedef {import('./responses.js').Responses} Responses */

/**
 * The app has the record's response elsewhere.
 *
 * @type {(record: BackgroundFetchRecord) => Promise<boolean>}
 */
export let release;

export class BackgroundFetchRecord {
  /** @type {MatchedRecord} */
  #matched;
  /** @type {Responses} */
  #responses;
  /** @type {Request | null} */
  #request = null;
  /** @type {Promise<Response> | null} */
  #responseReady = null;

  static {
    release = (record) => {
      // What refers to a Blob keeps its bytes.
      record.#responseReady = null;
      return record.#responses.release(record.#matched.record);
    };
  }

  /** @param {any[]} internals  kConstructionKey, MatchedRecord, Responses */
  constructor(...internals) {
    requireConstructionKey(internals[0]);
    [, this.#matched, this.#responses] = internals;
  }

  get request() {
    this.#request ??= toRequest(this.#matched.info, this.#matched.body);
    return this.#request;
  }

  get responseReady() {
    try {
      this.#responseReady ??= readResponse(this.#responses, this.#matched.record);
      return this.#responseReady;
    } catch (error) {
      // A foreign `this`: Web IDL's promise attributes reject, they never throw.
      return Promise.reject(error);
    }
  }
}

/**
 * @param {MatchedRecord} matched
 * @param {Responses} responses
 */
export function makeRecord(matched, responses) {
  responses.expect(matched.record);
  return new BackgroundFetchRecord(kConstructionKey, matched, responses);
}

/**
 * Every record object gets a Response of its own: bodies can be read once.
 *
 * @param {Responses} responses
 * @param {number} record
 * @returns {Promise<Response>}
 */
function readResponse(responses, record) {
  const ready = responses.get(record).then((response) => {
    if (response.error) throw toError(response.error);
    const head = /** @type {import('./messages.js').ResponseHead} */ (response.head);
    return toResponse(head, responses.bodyOf(response), {
      total: response.total,
      from: (begin) => responses.bodyOf(response, begin),
    });
  });
  // The draft: a rejection that nobody looks at is not reported.
  ready.catch(() => {});
  return ready;
}
