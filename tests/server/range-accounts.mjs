/** Sums over the server's log: which bytes were asked for, and asked for again. */

/**
 * @typedef {import('./request-log.mjs').LogEntry} LogEntry
 * @typedef {import('./http-range.mjs').ByteRange} ByteRange
 */

/** @param {LogEntry[]} entries */
export function rangesAsked(entries) {
  return entries.flatMap(({ range, sent }) => (range !== null && sent ? [sent] : []));
}

/** @param {LogEntry[]} entries */
export function plainRequests(entries) {
  return entries.filter(({ method, range }) => method === 'GET' && range === null);
}

/** @param {ByteRange[]} ranges */
export function totalLength(ranges) {
  return ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
}

/** @param {ByteRange[]} ranges */
export function longest(ranges) {
  return ranges.reduce((most, { begin, end }) => Math.max(most, end - begin), 0);
}

/**
 * Bytes of `ranges` that also lie in `others`; neither overlaps itself.
 *
 * @param {ByteRange[]} ranges
 * @param {ByteRange[]} others
 */
export function overlap(ranges, others) {
  let bytes = 0;
  for (const range of ranges) {
    for (const other of others) {
      bytes += Math.max(0, Math.min(range.end, other.end) - Math.max(range.begin, other.begin));
    }
  }
  return bytes;
}

/**
 * How many requests with a range ran at the same time, at most.
 *
 * @param {LogEntry[]} entries
 */
export function mostAtOnce(entries) {
  const ranged = entries.filter(({ range }) => range !== null);
  const counts = ranged.map(({ startedAt: time }) => ranged.filter(
    ({ startedAt, endedAt }) => startedAt <= time && (endedAt === null || endedAt > time),
  ).length);
  return Math.max(0, ...counts);
}
