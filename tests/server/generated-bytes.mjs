/**
 * Bodies made from a seed: byte `offset` of seed S is the same for ever, on
 * every machine, without a file.
 *
 * A body is AES-128 in counter mode: its n-th block of 16 bytes is the number n
 * encrypted under a key made from the seed. A cipher is a permutation, so no two
 * blocks of one body are equal, and a body whose blocks were swapped, repeated
 * or shifted differs from the true one, which SHA-256 then shows. Any offset can
 * be reached at once, and the machine's AES instructions make it faster than a
 * loopback connection.
 */

import { createCipheriv, createHash } from 'node:crypto';

import { filmAt, isFilm } from './generated-film.mjs';
import { isSound, soundAt } from './generated-sound.mjs';

const kBlockBytes = 16;
const kPieceBytes = 1024 * 1024;
const kZeros = Buffer.alloc(kPieceBytes + kBlockBytes);

/** The seed of a body of zeros, which compresses well. */
const kSeedOfZeros = 'zeros';

/** @type {Map<string, Buffer>} */
const keys = new Map();

/** @param {string} seed */
function keyOf(seed) {
  let key = keys.get(seed);
  if (!key) {
    key = createHash('sha256').update(seed).digest().subarray(0, kBlockBytes);
    keys.set(seed, key);
  }
  return key;
}

/**
 * Bytes [offset, offset + length) of the body of `seed`.
 *
 * @param {string | number} seed
 * @param {number} offset
 * @param {number} length
 * @returns {Buffer}
 */
export function bytesAt(seed, offset, length) {
  if (seed === kSeedOfZeros) return Buffer.alloc(length);
  if (isFilm(String(seed))) return filmAt(String(seed), offset, length);
  if (isSound(String(seed))) return soundAt(String(seed), offset, length);
  const skip = offset % kBlockBytes;
  const counter = Buffer.alloc(kBlockBytes);
  counter.writeBigUInt64BE(BigInt((offset - skip) / kBlockBytes), kBlockBytes / 2);
  const cipher = createCipheriv('aes-128-ctr', keyOf(String(seed)), counter);
  const needed = skip + length;
  const zeros = needed <= kZeros.length ? kZeros.subarray(0, needed) : Buffer.alloc(needed);
  return cipher.update(zeros).subarray(skip);
}

/** @type {Map<string, string>} */
const hashes = new Map();

/**
 * SHA-256, as lower-case hex, of the first `size` bytes of the body of `seed`.
 *
 * @param {string | number} seed
 * @param {number} size
 */
export function sha256Of(seed, size) {
  const name = `${size} ${seed}`;
  let hash = hashes.get(name);
  if (hash === undefined) {
    const hasher = createHash('sha256');
    for (let offset = 0; offset < size; offset += kPieceBytes) {
      hasher.update(bytesAt(seed, offset, Math.min(kPieceBytes, size - offset)));
    }
    hash = hasher.digest('hex');
    hashes.set(name, hash);
  }
  return hash;
}
