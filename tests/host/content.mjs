// Content: what bodies are made of. Any two contents differ nearly everywhere,
// and so does one from itself at another offset.

import { bytesAt } from '../server/generated-bytes.mjs';
import { Dice } from './dice.mjs';

/** A prime: no part size, and no power of two, falls into step with it. */
const kPeriod = 999_983;

const block = new Uint8Array(kPeriod);
const dice = new Dice(1);
for (let i = 0; i < kPeriod; i += 1) block[i] = dice.below(256);

/**
 * @param {number | string} salt  Which content; a string is a seed of the test server's bytes.
 * @param {number} begin
 * @param {number} end
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function contentBytes(salt, begin, end) {
  if (typeof salt === 'string') return new Uint8Array(bytesAt(salt, begin, end - begin));
  const bytes = new Uint8Array(end - begin);
  let done = 0;
  while (done < bytes.length) {
    const from = (begin + done + salt * 7919) % kPeriod;
    const piece = block.subarray(from, Math.min(kPeriod, from + bytes.length - done));
    bytes.set(piece, done);
    done += piece.length;
  }
  return bytes;
}
