/** Whether what came of a row is what must come of it. */

import { sha256Of } from '../server/generated-bytes.mjs';
import { kLarge, kMiB } from './rows/row.mjs';

/** What connections that were closed had in their buffers counts as written. */
const kBuffersBytes = 8 * kMiB;

/** A row that must not cost memory may cost the noise of a browser. */
const kMemoryMaxBytes = 256 * kMiB;

/** Of the size, unless the row says more. */
const kTimes = 2.5;

/**
 * @typedef {import('./rows/row.mjs').Row} Row
 *
 * @typedef {object} RecordSeen
 * @property {number} status
 * @property {number} size
 * @property {string} [sha256]  none: the body is too large to be hashed, and `isOwn` says it
 * @property {boolean} [isOwn]  the bytes are the row's own
 *
 * @typedef {object} Seen  what came of a row
 * @property {string} outcome  '': none
 * @property {string} told  what a page was told
 * @property {RecordSeen[]} records  of a success
 * @property {number} requests  that reached the server
 * @property {number} bytes  that it wrote
 * @property {number} [memory]  bytes that the browser had at most more than before
 */

/** @param {string} text */
export function slugOf(text) {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/**
 * @param {Row} row
 * @param {Seen} seen
 * @param {string} engine
 * @returns {string[]} What is wrong; none: the row is as it must be.
 */
export function judge(row, seen, engine) {
  const findings = [];
  const outcomes = [row.outcome ?? 'success'].flat();
  if (!outcomes.includes(/** @type {import('./rows/row.mjs').Outcome} */ (seen.outcome))) {
    findings.push(`${seen.outcome || 'no outcome'}, not ${outcomes.join(' or ')}`);
  }
  if (seen.told !== seen.outcome) findings.push(`a page was told ${seen.told || 'nothing'}`);
  if (seen.outcome === 'success' && !row.documented?.[engine]) {
    findings.push(...judgeRecords(row, seen.records));
  }
  if (seen.requests > row.requests) {
    findings.push(`${seen.requests} requests, at most ${row.requests}`);
  }
  const most = (row.times ?? kTimes) * sizeOf(row) * (row.records?.length ?? 1) + kBuffersBytes;
  if (seen.bytes > most) findings.push(`${seen.bytes} bytes, at most ${most}`);
  if ((seen.memory ?? 0) > kMemoryMaxBytes) findings.push(`${seen.memory} bytes of memory`);
  return findings;
}

/** @param {Row} row */
export function sizeOf({ size = kLarge }) {
  return size;
}

/**
 * @param {Row} row
 * @param {RecordSeen[]} records
 */
function judgeRecords(row, records) {
  const expected = row.records?.length ?? 1;
  if (records.length !== expected) return [`${records.length} records, not ${expected}`];
  return records.flatMap((record, index) => [
    ...(record.status === (row.status ?? 200) ? [] : [`status ${record.status}`]),
    ...(isExpectedBody(row, record, index) ? [] : [`wrong bytes: ${record.size}`]),
  ]);
}

/**
 * @param {Row} row
 * @param {RecordSeen} record
 * @param {number} index
 */
function isExpectedBody(row, { size, sha256, isOwn }, index) {
  const { body = {} } = row;
  if (body === 'any') return true;
  if (body === 'undetectable') return size === sizeOf(row);
  if (body.text) return size > 0 && size < 1000;
  const length = body.size ?? sizeOf(row);
  if (size !== length) return false;
  if (isOwn !== undefined) return isOwn;
  return [body.seed ?? 'own'].flat().some(
    (seed) => sha256 === sha256Of(seed === 'own' ? seedOf(row, index) : seed, length),
  );
}

/**
 * The seed of a row's bytes.
 *
 * @param {Row} row
 * @param {number} index  of the record
 */
export function seedOf({ name }, index) {
  return `${slugOf(name)}-${index}`;
}

/**
 * The queries of a row's URLs.
 *
 * @param {Row} row
 */
export function queriesOf(row) {
  const switches = row.cached ? [''] : row.records ?? [row.server ?? ''];
  return switches.map((text, index) => [
    `size=${sizeOf(row)}&seed=${seedOf(row, index)}`,
    ...(row.origin === 'cross' ? ['cors=1'] : []),
    ...(text ? [text] : []),
  ].join('&'));
}

/**
 * @param {import('./rows/row.mjs').Row} row
 * @param {import('../server/request-log.mjs').LogEntry[]} entries  of its first body
 */
export function isReplacementDue({ replacedAt = Infinity }, entries) {
  return entries.some(({ bytesWritten }) => bytesWritten >= replacedAt);
}
