/**
 * Heads that Node's HTTP server would not write: of another version, of no
 * version at all, or broken off.
 */

import { STATUS_CODES } from 'node:http';

/**
 * @typedef {object} RawHead
 * @property {'1.1' | '1.0' | 'none'} version  none: the first line is no HTTP
 * @property {string} extraLine  '' or a header line
 * @property {number} cutAt  bytes of the head after which no more comes
 * @property {import('./body-writer.mjs').Cut['end']} end  how a head that is cut ends
 */

/**
 * @param {import('./switches.mjs').Plan} plan  with a raw head
 * @returns {Buffer} as much of the head as is to be written
 */
export function rawHead({ raw, status, headers }) {
  const { version, extraLine, cutAt } = /** @type {RawHead} */ (raw);
  const first = version === 'none'
    ? 'I am no web server.'
    : `HTTP/${version} ${status} ${STATUS_CODES[status] ?? ''}`;
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const text = [first, ...lines, ...(extraLine ? [extraLine] : []), '', ''].join('\r\n');
  return Buffer.from(text, 'latin1').subarray(0, cutAt);
}
