/** What the kills of one run cost the server, and what they may cost. */

import { longest, overlap, rangesAsked } from '../../server/range-accounts.mjs';

/** Requests at once over all fetches: kConnectionsMax in src/base/limits.h. */
const kConnectionsMax = 4;

/**
 * @typedef {import('../../server/request-log.mjs').LogEntry} LogEntry
 * @typedef {import('../../server/http-range.mjs').ByteRange} ByteRange
 *
 * @typedef {object} KillCost
 * @property {number} refetched  bytes that were sent before the kill and asked for after it
 * @property {number} bound  the chunks that could be in flight at the kill
 */

/**
 * A request is in flight until its chunk is durable, so at a kill at most one
 * chunk for each connection is lost.
 *
 * @param {LogEntry[]} entries  of one file
 * @param {number[]} killedAt
 * @returns {KillCost[]} one for each kill
 */
export function killCosts(entries, killedAt) {
  return killedAt.map((time, index) => {
    const lifeBegan = index === 0 ? 0 : killedAt[index - 1];
    const before = entries.filter(
      ({ startedAt }) => startedAt >= lifeBegan && startedAt < time,
    );
    const after = entries.filter(({ startedAt }) => startedAt >= time);
    const sent = before.flatMap(({ range, sent, bytesWritten }) =>
      range !== null && sent ? [{ begin: sent.begin, end: sent.begin + bytesWritten }] : []);
    return {
      refetched: overlap(union(sent), union(rangesAsked(after))),
      bound: kConnectionsMax * longest(rangesAsked(before)),
    };
  });
}

/**
 * @param {ByteRange[]} ranges
 * @returns {ByteRange[]} the same bytes, none of them twice
 */
export function union(ranges) {
  /** @type {ByteRange[]} */
  const united = [];
  for (const { begin, end } of [...ranges].sort((a, b) => a.begin - b.begin)) {
    const last = united.at(-1);
    if (last && begin <= last.end) last.end = Math.max(last.end, end);
    else united.push({ begin, end });
  }
  return united;
}
