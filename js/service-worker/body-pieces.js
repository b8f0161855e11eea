/**
 * A response body as the pieces that become chunks: whole where its length is
 * known, else cut from the stream as it comes.
 */

import { now } from './clock.js';

/** @typedef {Extract<import('../../bindings/engine.js').Command, {type: 'read-body'}>} Plan */

/**
 * From this size on a piece is a Blob, which the store takes over fastest.
 * Smaller ones are ArrayBuffers: many of them fit one transaction.
 */
export const kBlobBytesMin = 256 * 1024;

/**
 * @param {Response} response
 * @param {Plan} plan
 * @param {number} lengthMax  What follows is cut off; Infinity: no limit.
 * @returns {AsyncGenerator<Blob | ArrayBuffer>} At least one, which may be empty. When the
 *   body breaks, what was received comes first, if anything, then the error.
 */
export async function* bodyPieces(response, plan, lengthMax) {
  switch (plan.mode) {
    case 'blob': {
      const blob = await response.blob();
      const piece = blob.size > lengthMax ? blob.slice(0, lengthMax) : blob;
      yield piece.size < kBlobBytesMin ? piece.arrayBuffer() : piece;
      return;
    }
    case 'buffer': {
      const buffer = await response.arrayBuffer();
      yield buffer.byteLength > lengthMax ? buffer.slice(0, lengthMax) : buffer;
      return;
    }
    case 'stream':
      // Statuses that forbid a body have no stream either.
      if (response.body) yield* streamPieces(response.body, plan, lengthMax);
      else yield new ArrayBuffer(0);
      return;
    case 'none':
      yield new ArrayBuffer(0);
  }
}

/** @param {Blob | ArrayBuffer} piece */
export function lengthOf(piece) {
  return piece instanceof Blob ? piece.size : piece.byteLength;
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @param {Plan} plan
 * @param {number} lengthMax
 */
async function* streamPieces(stream, { pieceBytes, pieceBytesMin, pieceMs }, lengthMax) {
  const reader = stream.getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let segments = [];
  let segmentsBytes = 0;
  let count = 0;
  let dueAt = now() + pieceMs;
  let wanted = lengthMax;
  /** @type {{error: unknown} | null} */
  let broken = null;
  while (wanted > 0) {
    const next = await reader.read().catch((error) => {
      broken = { error };
    });
    if (!next?.value) break;
    let segment = next.value.subarray(0, wanted);
    wanted -= segment.length;
    for (;;) {
      // WebKit may bring a hundred MiB at once.
      const bytes = Math.min(segmentsBytes + segment.length, pieceBytes);
      if (bytes < pieceBytes && (bytes < pieceBytesMin || now() < dueAt)) break;
      const missing = bytes - segmentsBytes;
      yield toPiece([...segments, segment.subarray(0, missing)], bytes);
      count += 1;
      segment = segment.subarray(missing);
      segments = [];
      segmentsBytes = 0;
      dueAt = now() + pieceMs;
    }
    if (segment.length > 0) segments.push(segment);
    segmentsBytes += segment.length;
  }
  if (segmentsBytes > 0 || (count === 0 && !broken)) yield toPiece(segments, segmentsBytes);
  if (broken) throw /** @type {{error: unknown}} */ (broken).error;
}

/**
 * @param {Uint8Array<ArrayBuffer>[]} segments
 * @param {number} length
 * @returns {Blob | ArrayBuffer}
 */
function toPiece(segments, length) {
  if (length >= kBlobBytesMin) return new Blob(segments);
  const piece = new Uint8Array(length);
  let offset = 0;
  for (const segment of segments) {
    piece.set(segment, offset);
    offset += segment.length;
  }
  return piece.buffer;
}
