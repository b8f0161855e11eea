/**
 * Requests as data: what the core stores of a Request, and a Request made from
 * it again, after any number of restarts.
 */

import { makeError } from './errors.js';

/** @typedef {import('./messages.js').RequestInfo} RequestInfo */
/** @typedef {import('./messages.js').StorableRequest} StorableRequest */

/** What of a Request is kept as it is, and is its constructor's to take. */
const kMembers = /** @type {const} */ ([
  'url', 'method', 'mode', 'credentials', 'cache', 'redirect', 'referrer', 'referrerPolicy',
  'integrity',
]);

/**
 * Reads the body to its end, so the request is used up.
 *
 * @param {Request} request
 * @returns {Promise<StorableRequest>} Rejects with TypeError when the body breaks off.
 */
export async function toInfo(request) {
  const body = await readBody(request);
  return {
    info: {
      ...(/** @type {any} */ (
        Object.fromEntries(kMembers.map((name) => [name, request[name]]))
      )),
      headers: [...request.headers],
      bodyLength: body?.size ?? 0,
    },
    body,
  };
}

/**
 * @param {RequestInfo} info
 * @param {Blob | null} body
 * @returns {Request}
 */
export function toRequest(info, body) {
  return new Request(info.url, toInit(info, body));
}

/**
 * For fetch() and the constructor: with the URL, all that the request was.
 *
 * @param {RequestInfo} info
 * @param {Blob | null} body
 * @returns {RequestInit}
 */
export function toInit(info, body) {
  const init = {
    // What is not said here is not said by Object.prototype either. 'about:client'
    // as the referrer (whoever asks) and '' (nobody) mean the same on the way in
    // as on the way out.
    ...info,
    __proto__: null,
    // Nobody may construct a navigation; the constructor makes it same-origin
    // too when it is given the request itself.
    mode: info.mode === 'navigate' ? 'same-origin' : info.mode,
    body: mayHaveBody(info.method) ? body : null,
  };
  return /** @type {RequestInit} */ (init);
}

/** @param {string} method */
function mayHaveBody(method) {
  return method !== 'GET' && method !== 'HEAD';
}

/**
 * By blob() and not by `request.body`, which Firefox does not have.
 *
 * @param {Request} request
 * @returns {Promise<Blob | null>} Null also for an empty body: both send no bytes.
 */
async function readBody(request) {
  if (!mayHaveBody(request.method)) return null;
  try {
    const body = await request.blob();
    return body.size > 0 ? body : null;
  } catch {
    // A stream may break with anything; callers are promised a TypeError.
    throw makeError('TypeError', 'The body of a request could not be read.');
  }
}
