/**
 * Requests as data: what the core stores of a Request, and a Request made from
 * it again, after any number of restarts.
 */

import { makeError } from './errors.js';

/** @typedef {import('./messages.js').RequestInfo} RequestInfo */
/** @typedef {import('./messages.js').StorableRequest} StorableRequest */

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
      url: request.url,
      method: request.method,
      headers: [...request.headers],
      mode: request.mode,
      credentials: request.credentials,
      cache: request.cache,
      redirect: request.redirect,
      referrer: request.referrer,
      referrerPolicy: request.referrerPolicy,
      integrity: request.integrity,
      bodyLength: body === null ? 0 : body.size,
    },
    body,
  };
}

/**
 * @param {RequestInfo} info
 * @param {Blob | null} body
 * @param {AbortSignal} [signal]
 * @returns {Request}
 */
export function toRequest(info, body, signal) {
  const init = {
    // What is not said here is not said by Object.prototype either.
    __proto__: null,
    method: info.method,
    headers: info.headers,
    // Nobody may construct a navigation; the constructor makes it same-origin
    // too when it is given the request itself.
    mode: info.mode === 'navigate' ? 'same-origin' : /** @type {RequestMode} */ (info.mode),
    credentials: /** @type {RequestCredentials} */ (info.credentials),
    cache: /** @type {RequestCache} */ (info.cache),
    redirect: /** @type {RequestRedirect} */ (info.redirect),
    // 'about:client' (whoever asks) and '' (nobody) mean the same on the way in
    // as on the way out.
    referrer: info.referrer,
    referrerPolicy: /** @type {ReferrerPolicy} */ (info.referrerPolicy),
    integrity: info.integrity,
    body: mayHaveBody(info.method) ? body : null,
    signal,
  };
  return new Request(info.url, /** @type {RequestInit} */ (init));
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
