/**
 * Bodies out of the chunks that the store has of them, which may be anything: browsers
 * lose bytes, and whoever shares the origin may have put others there.
 */

import { lengthOf } from './body-pieces.js';

/**
 * @typedef {object} StoredChunk
 * @property {number} begin
 * @property {number} end
 * @property {() => any} data  When the transaction is complete.
 */

/**
 * A body of one buffer up to this size is answered as it is: in Chromium a Blob costs ten times
 * what such a copy does. Larger ones would make an answer for hundreds of records heavy, and
 * fill the memory of who reads thousands.
 */
const kBufferAnsweredBytesMax = 16 * 1024;

/**
 * Its key says how long it is. What was stored is a Blob or a buffer; what is
 * there may be anything.
 *
 * @param {any} data
 * @param {number} length
 */
export function hasLength(data, length) {
  return Boolean(data) && lengthOf(data) === length;
}

/**
 * The last byte tells: the file may be missing, or cut.
 *
 * @param {Blob | ArrayBuffer} data
 */
export async function isReadable(data) {
  if (!(data instanceof Blob) || data.size === 0) return true;
  try {
    return (await data.slice(-1).arrayBuffer()).byteLength === 1;
  } catch {
    // The error is the answer.
    return false;
  }
}

/**
 * Chunks may overlap where a range was asked for twice: their bytes are equal
 * then, they are of one generation.
 *
 * @param {StoredChunk[]} chunks  In the order of their keys.
 * @param {number} begin
 * @param {number} end
 * @returns {Blob | ArrayBuffer}
 */
export function join(chunks, begin, end) {
  /** @type {(Blob | ArrayBuffer)[]} */
  const parts = [];
  let offset = begin;
  for (const chunk of chunks) {
    if (chunk.begin > offset) throw new Error('A stored body has a gap.');
    if (chunk.end <= offset) continue;
    const data = chunk.data();
    if (!hasLength(data, chunk.end - chunk.begin)) throw new Error('A stored chunk was altered.');
    const isWhole = chunk.begin === offset && chunk.end <= end;
    parts.push(isWhole ? data : data.slice(offset - chunk.begin, end - chunk.begin));
    offset = Math.min(chunk.end, end);
  }
  if (offset !== end) throw new Error(`A stored body has ${offset} bytes, not ${end}.`);
  const [part] = parts;
  const isAnswer = part instanceof Blob || part?.byteLength <= kBufferAnsweredBytesMax;
  return parts.length === 1 && isAnswer ? part : new Blob(parts);
}
