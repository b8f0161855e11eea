/**
 * respondWithRange: answers a request for a range from a response that has
 * everything, as a server would. Media elements ask for ranges, and some engines
 * play nothing from a service worker that knows none.
 *
 * A response of a record need not have everything yet: what is stored goes out
 * at once, the rest as it comes.
 *
 * Source: RFC 9110, section 14 (Range), 13.1.5 (If-Range), 15.3.7 and 15.5.17.
 * One range at a time: a server may ignore the header, and so may we.
 */

import { kExtras } from '../shared/extras-key.js';

/** @typedef {import('../shared/response.js').Bytes} Bytes */

/** An int-range `1-2` or `1-`, or a suffix-range `-2`. The unit is case-insensitive. */
const kRangePattern = /^bytes=[\s,]*(\d*)-(\d*)[\s,]*$/i;

/**
 * How much later than Last-Modified a response must have been sent for that to
 * be a strong validator: what changed twice in one second has one date (8.8.2.2).
 */
const kStrongDateMs = 1_000;

/**
 * @param {Request} request
 * @param {Response} response  To the same request without a range; used up.
 * @returns {Promise<Response>} 206 or 416; the response itself where no range
 *   is asked for, where the header may be ignored, and where it is no 200.
 */
export async function respondWithRange(request, response) {
  const range = request.method === 'GET' && readRange(request.headers.get('range'));
  if (!range || response.status !== 200 || !isUnchanged(request, response)) {
    return withLength(response);
  }
  const { total, from } = await bytesOf(response);
  const [begin, end] = range(total);
  const headers = new Headers(response.headers);
  // The bytes are decoded, and counted so.
  headers.delete('content-encoding');
  headers.set('accept-ranges', 'bytes');
  if (begin >= end && total > 0) {
    headers.set('content-range', `bytes */${total}`);
    headers.set('content-length', '0');
    return new Response(null, { status: 416, statusText: 'Range Not Satisfiable', headers });
  }
  headers.set('content-length', String(end - begin));
  // No Content-Range can say that there are no bytes at all.
  if (total === 0) return new Response(null, { headers });
  headers.set('content-range', `bytes ${begin}-${end - 1}/${total}`);
  const body = cut(from(begin), end - begin);
  return new Response(body, { status: 206, statusText: 'Partial Content', headers });
}

/**
 * WebKitGTK's player asks for all of it first, and seeks only where it hears then how
 * long that is. A record's response says nothing of it, its bytes may know.
 *
 * @param {Response} response
 */
function withLength(response) {
  const { total } = /** @type {any} */ (response)[kExtras] ?? {};
  if (response.status === 200 && total >= 0) response.headers.set('content-length', total);
  return response;
}

/**
 * @param {string | null} header
 * @returns {((total: number) => [number, number]) | null} What the range of a
 *   body is, half-open and empty where it has none; null: nothing we know.
 */
function readRange(header) {
  const [isKnown, first, last] = kRangePattern.exec(header ?? '') ?? [];
  if (!isKnown || (first === '' && last === '')) return null;
  if (first === '') return (total) => [Math.max(0, total - Number(last)), total];
  if (last !== '' && Number(last) < Number(first)) return null;
  const end = last === '' ? Infinity : Number(last) + 1;
  return (total) => [Number(first), Math.min(end, total)];
}

/** @param {Request} request @param {Response} response */
function isUnchanged(request, response) {
  const validator = request.headers.get('if-range');
  if (validator === null) return true;
  // A weak one is equal to none, and no Last-Modified.
  if (/^(W\/)?"/.test(validator)) {
    return validator === response.headers.get('etag') && validator.startsWith('"');
  }
  const modified = response.headers.get('last-modified');
  const sent = response.headers.get('date');
  return (
    validator === modified &&
    sent !== null &&
    Date.parse(sent) - Date.parse(modified) >= kStrongDateMs
  );
}

/**
 * @param {Response} response
 * @returns {Promise<Bytes>} With the total.
 */
async function bytesOf(response) {
  /** @type {Bytes | undefined} */
  const bytes = /** @type {any} */ (response)[kExtras];
  if (bytes && bytes.total >= 0) return bytes;
  // Where nobody says how long it will be, it has to be there first.
  const blob = await response.blob();
  return { total: blob.size, from: (begin) => blob.slice(begin) };
}

/**
 * @param {Blob | ArrayBuffer | ReadableStream<Uint8Array> | null} body
 * @param {number} length
 */
function cut(body, length) {
  if (!(body instanceof ReadableStream)) return body && body.slice(0, length);
  const reader = body.getReader();
  let missing = length;
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await reader.read();
        if (done) throw new TypeError('The body is shorter than its head has said.');
        const bytes = value.subarray(0, missing);
        missing -= bytes.length;
        controller.enqueue(bytes);
        if (missing > 0) return;
        controller.close();
        await reader.cancel();
      },
      cancel: () => reader.cancel(),
    },
    // Nothing is read before it is wanted.
    { highWaterMark: 0 },
  );
}
