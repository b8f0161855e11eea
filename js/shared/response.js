/**
 * Responses from what is stored: a head, and a body or none.
 */

/** @typedef {import('./messages.js').ResponseHead} ResponseHead */

/**
 * They describe one transfer, not the stored body: that is whole and decoded,
 * and a reader who believed them would cut it or decode it again.
 */
const kTransferHeaders = ['content-range', 'content-length', 'content-encoding'];

/** Fetch, "null body status": the Response constructor refuses a body. */
const kNullBodyStatuses = [101, 103, 204, 205, 304];

/**
 * @param {ResponseHead} head
 * @param {Blob | ReadableStream | null} body  Null: an empty body.
 * @returns {Response}
 */
export function toResponse(head, body) {
  return describe(construct(head, body), head);
}

/**
 * `url`, `type` and `redirected` are own properties of the response, because
 * the constructor has no way to say them. Its clones have them, too; what comes
 * back from a Cache has not.
 *
 * @param {Response} response
 * @param {ResponseHead} head
 */
function describe(response, head) {
  for (const name of /** @type {const} */ (['status', 'url', 'type', 'redirected'])) {
    if (response[name] === head[name]) continue;
    Object.defineProperty(response, name, { value: head[name], enumerable: true });
  }
  const clone = () => describe(Response.prototype.clone.call(response), head);
  return Object.defineProperty(response, 'clone', { value: clone });
}

/** @param {ResponseHead} head @param {Blob | ReadableStream | null} body */
function construct(head, body) {
  // An opaque redirect has status 0, and servers may say 600 and more: both are
  // answers, but the constructor takes neither.
  if (head.status < 200 || head.status > 599) return Response.error();
  return new Response(kNullBodyStatuses.includes(head.status) ? null : body, {
    status: head.status,
    statusText: head.statusText,
    headers: head.headers.filter(([name]) => !kTransferHeaders.includes(name)),
  });
}
