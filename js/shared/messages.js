/**
 * Every message between a page and the service worker, in one file.
 *
 * A page asks, the worker answers once over the port that came with the
 * question. Both sides drop messages of other shapes untouched: they are the
 * app's. `kMessageVersion` grows when a shape changes.
 */

/** @typedef {import('../../bindings/engine.js').Snapshot} Snapshot */
/** @typedef {import('../../bindings/engine.js').RequestInfo} RequestInfo */
/** @typedef {import('../../bindings/engine.js').ResponseHead} ResponseHead */
/** @typedef {import('../../bindings/engine.js').FetchOptions} FetchOptions */
/** @typedef {import('../../bindings/engine.js').MatchQuery} MatchQuery */

export const kMessageVersion = 1;

/** The one property that marks a message as ours. */
export const kMessageKey = 'backgroundFetchPolyfill';

/**
 * Questions, by name: what is asked, and the value of a good answer.
 *
 * @typedef {object} Questions
 * @property {{ask: {}, answer: Hello}} hello
 *   Who is there? Also wakes unfinished work.
 * @property {{ask: {id: string}, answer: null}} checkId
 *   Would fetch(id) be refused? Asked before bodies are read.
 * @property {{ask: {uid: string, options: FetchOptions, requests: StorableRequest[]},
 *   answer: Snapshot}} fetch
 *   `uid` is fresh and chosen by the asker, so that a question asked twice
 *   (the first worker died or was replaced before it answered) registers one
 *   fetch: a uid that is known or being stored is answered with its snapshot.
 * @property {{ask: {id: string}, answer: Snapshot | null}} get
 * @property {{ask: {}, answer: string[]}} getIds
 * @property {{ask: {uid: string, repeated?: boolean}, answer: boolean}} abort
 *   `repeated` is the channel's to set: the same question was lost with its
 *   worker, and may have been what aborted the fetch.
 * @property {{ask: {uid: string, paused: boolean}, answer: boolean}} pause
 *   Or resume. Answered when it is durable: whether the fetch is still active.
 * @property {{ask: {snapshot: Snapshot}, answer: null}} click
 *   The user has activated what is shown of a fetch, which the worker may have
 *   forgotten by now: so it is told all of it.
 * @property {{ask: {uid: string, record: number}, answer: boolean}} release
 *   The app has the record's response elsewhere: it may be deleted. Answered when it is;
 *   false: there is nothing to delete, or not yet.
 * @property {{ask: {uid: string, query: MatchQuery | null}, answer: MatchedRecord[]}} match
 * @property {{ask: {uid: string, records: number[]}, answer: RecordResponse[]}} responses
 *   Only records that have a head, or have settled, are answered; ask again for
 *   the others when a snapshot's answers have changed or its result is set.
 * @property {{ask: {uid: string, record: number, generation: number, offset: number},
 *   answer: StoredBytes}} read
 *   The bytes of a body from an offset on: answered when there are some, and
 *   without any when the body has ended or starts over, or after kNextAnswerMs.
 * @property {{ask: {epoch: string, since: number, watching: string[]}, answer: News}} next
 *   The question that a page keeps open while there is work: answered when
 *   something changed since `since`, or after kNextAnswerMs. Keeps the worker
 *   alive and takes the place of every other news channel.
 * @property {{ask: {}, answer: string[]}} trace
 *   What this worker's engines were told and answered, see js/service-worker/trace.js.
 * @property {{ask: {}, answer: null}} last
 *   The page goes away: hold the worker for as long as the engine allows.
 */

/**
 * @typedef {object} StorableRequest
 * @property {RequestInfo} info
 * @property {Blob | null} body
 *
 * @typedef {object} Hello
 * @property {number} version
 * @property {boolean} working
 * @property {string} epoch  As in News: another one means that open questions are lost.
 *
 * @typedef {object} MatchedRecord
 * @property {number} record
 * @property {RequestInfo} info
 * @property {Blob | null} body
 *
 * @typedef {object} RecordResponse
 * @property {number} record
 * @property {ResponseHead | null} head  null: there is no response, see error.
 *   Without the headers that describe its transfer.
 * @property {Blob | ArrayBuffer | null} body  null with a head: an empty body (bad status), unless it is open
 * @property {number | null} openGeneration  The body is under way, `read` it; null: it is not.
 * @property {number} total  Bytes of the body when it is whole; -1: nobody knows.
 * @property {ErrorShape | null} error
 *
 * @typedef {object} StoredBytes
 * @property {number} generation  Another than was asked for: the body starts over in it.
 * @property {Blob | ArrayBuffer | null} body
 * @property {boolean} isEnd  The body ends with these.
 *
 * @typedef {object} News
 * @property {string} epoch  Changes when the worker starts anew; since counts within one.
 * @property {number} sequence
 * @property {boolean} working  Ask again at once; else not before the next hello or broadcast.
 * @property {Snapshot[]} changes
 * @property {string[]} gone  Watched uids the worker no longer knows.
 *
 * @typedef {object} ErrorShape
 * @property {string} name  'TypeError', or a DOMException name
 * @property {string} message
 *
 * @typedef {{ok: true, value: any} | {ok: false, error: ErrorShape}} Answer
 */

/** An open `next` question is answered after this long even without news. */
export const kNextAnswerMs = 10_000;

/**
 * A first hello that has no answer by then is a worker without our script
 * (a clear rejection, never a hang).
 */
export const kHelloTimeoutMs = 5_000;

/**
 * @template {keyof Questions} Name
 * @param {Name} name
 * @param {Questions[Name]['ask']} fields
 */
export function makeQuestion(name, fields) {
  return { [kMessageKey]: { version: kMessageVersion, name, fields } };
}

/**
 * Where a worker speaks to all pages of the origin: the scope of its registration
 * says that work has begun there, start asking `next`; an object, which is no scope
 * to those who look for one, what `updateUI()` was given, and where URLs in it start.
 *
 * @typedef {string | {uid: string, base: string, title?: string, icons?: FetchOptions['icons']}}
 *   Broadcast
 */
export const kBroadcastName = 'background-fetch-polyfill';

/**
 * @param {unknown} data
 * @returns {{version: number, name: string, fields: any} | null} null when it is not ours
 */
export function readMessage(data) {
  if (typeof data !== 'object' || data === null || !(kMessageKey in data)) return null;
  const message = /** @type {Record<string, any>} */ (data)[kMessageKey];
  return typeof message?.name === 'string' && typeof message.version === 'number' ? message : null;
}
