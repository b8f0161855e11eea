/**
 * Responses from what is stored: a head, and the whole body or none.
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
 * `url`, `type` and `redirected` are own properties of the result, because the
 * constructor has no way to say them; clone() and the Cache API lose them.
 *
 * @param {ResponseHead} head
 * @param {Blob | null} body  Null: an empty body.
 * @returns {Response}
 */
export function toResponse(head, body) {
  const response = construct(head, body);
  for (const name of /** @type {const} */ (['status', 'url', 'type', 'redirected'])) {
    if (response[name] === head[name]) continue;
    Object.defineProperty(response, name, { value: head[name], enumerable: true });
  }
  return response;
}

/** @param {ResponseHead} head @param {Blob | null} body */
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
