/**
 * The Range header of a request (RFC 9110, section 14.2), for one range.
 *
 * Written apart from the core's reader on purpose: two readers of one grammar
 * that share no line are a test of each other.
 */

/**
 * @typedef {{begin: number, end: number}} ByteRange  half-open
 */

/**
 * What a server makes of a Range header over a body of `size` bytes: the bytes
 * to send, 'unsatisfiable' (416), or null where the header must be ignored
 * (none, malformed, another unit, several ranges).
 *
 * @param {string | undefined} header
 * @param {number} size
 * @returns {ByteRange | 'unsatisfiable' | null}
 */
export function resolveRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const suffix = Number(match[2]);
    if (suffix === 0 || size === 0) return 'unsatisfiable';
    return { begin: Math.max(0, size - suffix), end: size };
  }
  const first = Number(match[1]);
  const last = match[2] === '' ? size - 1 : Number(match[2]);
  if (match[2] !== '' && last < first) return null;
  if (first >= size) return 'unsatisfiable';
  return { begin: first, end: Math.min(size, last + 1) };
}

/**
 * @param {ByteRange} range
 * @param {number} size
 */
export function formatContentRange({ begin, end }, size) {
  return `bytes ${begin}-${end - 1}/${size}`;
}
