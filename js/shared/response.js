/**
 * Responses from what is stored: a head, and a body or none.
 */

import { kExtras } from './extras-key.js';

/** @typedef {import('./messages.js').ResponseHead} ResponseHead */

/**
 * For who answers ranges: the bytes of a body, whichever of them, any number of
 * times, and before all of them are there.
 *
 * @typedef {object} Bytes
 * @property {number} total  -1: nobody knows yet.
 * @property {(begin: number) => Blob | ArrayBuffer | ReadableStream | null} from
 */

/** Fetch, "null body status", as far as it is constructed: the constructor refuses a body. */
const kNullBodyStatuses = [204, 205, 304];

/**
 * @param {ResponseHead} head
 * @param {Blob | ArrayBuffer | ReadableStream | null} body  Null: an empty body.
 * @param {Bytes} bytes  The same, for extras.
 * @returns {Response}
 */
export function toResponse(head, body, bytes) {
  return describe(construct(head, body), head, bytes);
}

/**
 * `url`, `type` and `redirected` are own properties of the response, because
 * the constructor has no way to say them. Its clones have them, too; what comes
 * back from a Cache has not.
 *
 * @param {Response} response
 * @param {ResponseHead} head
 * @param {Bytes} bytes
 */
function describe(response, head, bytes) {
  for (const name of /** @type {const} */ (['status', 'url', 'type', 'redirected'])) {
    if (response[name] === head[name]) continue;
    Object.defineProperty(response, name, { value: head[name], enumerable: true });
  }
  const clone = () => describe(Response.prototype.clone.call(response), head, bytes);
  return Object.defineProperties(response, { clone: { value: clone }, [kExtras]: { value: bytes } });
}

/** @param {ResponseHead} head @param {Blob | ArrayBuffer | ReadableStream | null} body */
function construct(head, body) {
  // An opaque redirect has status 0, and servers may say 600 and more: both are
  // answers, but the constructor takes neither.
  if (head.status < 200 || head.status > 599) return Response.error();
  return new Response(kNullBodyStatuses.includes(head.status) ? null : body, {
    status: head.status,
    statusText: head.statusText,
    headers: head.headers,
  });
}
