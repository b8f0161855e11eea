/** What kills of the browser cost the server, and what they may cost. */

import { longest, overlap } from './range-accounts.mjs';

/** What is asked for at once while no speed is known: kPartBytesInitial in src/base/limits.h. */
export const kPartBytesInitial = 1024 * 1024;

/**
 * @typedef {import('./request-log.mjs').LogEntry} LogEntry
 * @typedef {import('./http-range.mjs').ByteRange} ByteRange
 *
 * @typedef {object} KillCost
 * @property {number} refetched  bytes that were sent before the kill and sent or asked for
 *   again after it
 * @property {number} bound  the chunks that could be in flight at the kill
 */

/**
 * A request is in flight until its chunk is durable, so at a kill at most one
 * chunk for each connection is lost.
 *
 * @param {LogEntry[][]} files  the entries of each
 * @param {number[]} killedAt
 * @param {number} connections  how many may be in flight at once for all of them
 * @returns {KillCost[]} one for each kill
 */
export function killCosts(files, killedAt, connections) {
  return killedAt.map((time, index) => {
    const lifeBegan = index === 0 ? 0 : killedAt[index - 1];
    const lives = files.map((entries) => ({
      before: entries.filter(({ startedAt }) => startedAt >= lifeBegan && startedAt < time),
      after: entries.filter(({ startedAt }) => startedAt >= time),
    }));
    const again = lives.map(({ before, after }) =>
      overlap(union(before.flatMap(written)), union(after.flatMap(wanted))));
    return {
      refetched: again.reduce((sum, bytes) => sum + bytes, 0),
      bound: connections * longest(lives.flatMap(({ before }) => before.flatMap(chunk))),
    };
  });
}

/** @param {LogEntry} entry @returns {ByteRange[]} */
function written({ sent, bytesWritten }) {
  return sent ? [{ begin: sent.begin, end: sent.begin + bytesWritten }] : [];
}

/**
 * All of a range, also where a network fails it. Of a plain answer what was
 * written: it is cancelled where ranges can take its place.
 *
 * @param {LogEntry} entry
 * @returns {ByteRange[]}
 */
function wanted(entry) {
  return entry.range !== null && entry.sent ? [entry.sent] : written(entry);
}

/**
 * What is lost with one request. A plain answer is stored in chunks, too.
 *
 * @param {LogEntry} entry
 * @returns {ByteRange[]}
 */
function chunk({ range, sent }) {
  if (!sent || range !== null) return sent ? [sent] : [];
  return [{ begin: 0, end: Math.min(sent.end, kPartBytesInitial) }];
}

/**
 * @param {ByteRange[]} ranges
 * @returns {ByteRange[]} the same bytes, none of them twice
 */
function union(ranges) {
  /** @type {ByteRange[]} */
  const united = [];
  for (const { begin, end } of [...ranges].sort((a, b) => a.begin - b.begin)) {
    const last = united.at(-1);
    if (last && begin <= last.end) last.end = Math.max(last.end, end);
    else united.push({ begin, end });
  }
  return united;
}
