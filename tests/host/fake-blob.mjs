// FakeBlob: a Blob whose bytes are only made when somebody looks, and whose
// file in the store may be lost or cut, as browsers that were killed leave it.

import { contentBytes } from './content.mjs';

/**
 * Where bytes come from: given ones, some content, or a file of the store.
 *
 * @typedef {{bytes: Uint8Array<ArrayBuffer>}
 *   | {salt: number | string, begin: number, end: number}
 *   | {file: StoredFile, begin: number, end: number}} Part
 *
 * @typedef {object} StoredFile
 * @property {Part[]} parts
 * @property {number} size
 * @property {number} available  Bytes that are left of it.
 * @property {boolean} isLost
 */

/** @param {Part} part */
function lengthOf(part) {
  return 'bytes' in part ? part.bytes.length : part.end - part.begin;
}

/** @param {Part} part @param {number} begin @param {number} end @returns {Part} */
function sliceOf(part, begin, end) {
  if ('bytes' in part) return { bytes: part.bytes.subarray(begin, end) };
  return { ...part, begin: part.begin + begin, end: part.begin + end };
}

/** @param {Part[]} parts @param {number} begin @param {number} end @returns {Part[]} */
function sliceParts(parts, begin, end) {
  const result = [];
  let offset = 0;
  for (const part of parts) {
    const length = lengthOf(part);
    const from = Math.max(begin - offset, 0);
    const to = Math.min(end - offset, length);
    if (from < to) result.push(sliceOf(part, from, to));
    offset += length;
  }
  return result;
}

/** @param {any} part  As the Blob constructor takes it. @returns {Part[]} */
function toParts(part) {
  if (part instanceof FakeBlob) return part.parts;
  if (part instanceof ArrayBuffer) return [{ bytes: new Uint8Array(part.slice(0)) }];
  return [{ bytes: new Uint8Array(part) }];
}

export class FakeBlob {
  /** @type {Part[]} */
  parts;
  size;

  /** @param {any[]} [parts] */
  constructor(parts = []) {
    this.parts = parts.flatMap(toParts);
    this.size = this.parts.reduce((sum, part) => sum + lengthOf(part), 0);
  }

  /** @param {Part[]} parts */
  static of(parts) {
    const blob = new FakeBlob();
    blob.parts = parts;
    blob.size = parts.reduce((sum, part) => sum + lengthOf(part), 0);
    return blob;
  }

  /** As a store keeps it: in a file of its own. */
  stored() {
    const file = { parts: this.parts, size: this.size, available: this.size, isLost: false };
    return { blob: FakeBlob.of([{ file, begin: 0, end: this.size }]), file };
  }

  slice(begin = 0, end = this.size) {
    const from = begin < 0 ? Math.max(this.size + begin, 0) : Math.min(begin, this.size);
    return FakeBlob.of(sliceParts(this.parts, from, Math.min(end, this.size)));
  }

  async arrayBuffer() {
    const pieces = readableParts(this.parts).map((part) =>
      'bytes' in part ? part.bytes : contentBytes(part.salt, part.begin, part.end),
    );
    const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let offset = 0;
    for (const piece of pieces) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    return bytes.buffer;
  }

  /**
   * @param {number | string} salt
   * @param {number} length
   * @returns {boolean} Whether this is that content from its beginning on.
   */
  isContent(salt, length) {
    let offset = 0;
    for (const part of readableParts(this.parts)) {
      const partLength = lengthOf(part);
      if ('bytes' in part) {
        const expected = contentBytes(salt, offset, offset + partLength);
        if (Buffer.compare(part.bytes, expected) !== 0) return false;
      } else if (part.salt !== salt || part.begin !== offset) {
        return false;
      }
      offset += partLength;
    }
    return offset === length;
  }
}

/**
 * @param {Part[]} parts
 * @returns {Exclude<Part, {file: StoredFile}>[]} Throws as a Blob without its file does.
 */
function readableParts(parts) {
  return parts.flatMap((part) => {
    if (!('file' in part)) return [part];
    const { file, begin, end } = part;
    if (file.isLost) throw new DOMException('The file is gone.', 'NotReadableError');
    return readableParts(sliceParts(file.parts, begin, Math.min(end, file.available)));
  });
}
