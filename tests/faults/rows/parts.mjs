/** Answers to requests for a range. */

import { kEndlessRate, kSmall } from './row.mjs';

/**
 * @param {string} part  see wrongParts in tests/server/switches.mjs
 * @param {string} [turns]
 */
const wrong = (part, turns = '') => `ranges.part=${part}${turns}`;

/** @type {import('./row.mjs').Row[]} */
export const partRows = [
  { name: '200 to a range', server: 'ranges.noRanges=1', requests: 4 },
  {
    name: '200 to a range, after a cut',
    server: 'ranges.noRanges=1:1&plain.cut=100000:1', size: kSmall, requests: 4,
  },
  { name: '206 begins too late', server: wrong('start'), requests: 4 },
  { name: '206 begins too late, from the second on', server: wrong('start', ':2..'), requests: 12 },
  { name: '206 overlaps what is stored', server: wrong('overlap', ':2..'), requests: 12 },
  { name: '206 ends too early', server: wrong('end'), requests: 4 },
  { name: '206 ends too early, from the second on', server: wrong('end', ':2..'), requests: 12 },
  { name: '206 of another part', server: wrong('elsewhere', ':2..'), requests: 12 },
  { name: '206 whose length is not its range\'s', server: wrong('length'), requests: 4 },
  { name: '206 with another total', server: wrong('total'), requests: 4 },
  { name: '206 with another total, from the second on', server: wrong('total', ':2..'), requests: 12 },
  { name: '206 without Content-Range', server: wrong('none'), requests: 4 },
  { name: '206 without Content-Range, from the second on', server: wrong('none', ':2..'),
    requests: 12 },
  { name: '206 with a total of *', server: wrong('star'), requests: 8 },
  { name: '206 with a garbled Content-Range', server: wrong('garbled', ':2..'), requests: 12 },
  { name: '206 multipart/byteranges', server: wrong('multipart'), requests: 4 },
  { name: '206 multipart/byteranges, from the second on', server: wrong('multipart', ':2..'),
    requests: 12 },
  { name: '206 shorter than its range', server: wrong('shorter', ':3'), requests: 14 },
  { name: '206 longer than its range', server: wrong('longer'), requests: 8, times: 3 },
  {
    name: '206 far longer than its range',
    // Read to the end of its range, and not on.
    server: `rate=${kEndlessRate}&${wrong('far-longer')}`, requests: 8, times: 100, memory: true,
  },
  {
    name: '206 that never ends',
    server: `rate=${kEndlessRate}&${wrong('endless')}`, requests: 8, times: 100, memory: true,
  },
  {
    name: '206 with the bytes of another part, whose head is right',
    // Nothing that the server says gives it away.
    server: wrong('lying', ':2..'), body: 'undetectable', requests: 8,
  },
  { name: '206 after a cut begins too late', server: `plain.cut=100000:1&${wrong('start', ':1')}`,
    size: kSmall, requests: 4 },
  { name: '206 to a request without a range, all of it',
    server: `partOfWhole=bytes 0-${kSmall - 1}/${kSmall}`, size: kSmall, requests: 1,
    status: 206 },
  {
    name: '206 to a request without a range, a part of it',
    server: `partOfWhole=bytes 100-${kSmall + 99}/${kSmall + 100}`, size: kSmall,
    outcome: 'fetch-error', requests: 1,
  },
  {
    name: '206 to a request without a range, without Content-Range',
    server: 'partOfWhole=', size: kSmall, outcome: 'fetch-error', requests: 1,
  },
  { name: '416 to a range', server: 'ranges.status=416', requests: 4 },
  { name: '416 to a range, from the second on', server: 'ranges.status=416:2..', requests: 12 },
  { name: '416 after a cut', server: 'plain.cut=100000:1&ranges.status=416:1', size: kSmall,
    requests: 4 },
  { name: '416 where the body had ended', server: 'chunked=1&plain.unended=1:1', size: kSmall,
    requests: 3 },
  { name: '403 to a range', server: 'ranges.status=403', requests: 4 },
  { name: '403 to a range, from the second on', server: 'ranges.status=403:2..', requests: 12 },
  { name: '404 to a range, from the second on', server: 'ranges.status=404:2..', requests: 12 },
  {
    name: '500 to a range, from the second on',
    // The plain one, and the first part on one of two connections. While it comes, the other has
    // kServerErrorsMax (src/base/limits.h) errors; that it is stored counts as progress, and one
    // error more than that, on both, brings the plain one at last.
    server: 'ranges.status=500:2..', requests: 1 + 1 + 5 + 2 * 6 + 1,
  },
  { name: '204 to a range, from the second on', server: 'ranges.status=204:2..', requests: 12 },
  { name: '304 to a range, from the second on', server: 'ranges.status=304:2..', requests: 12 },
  {
    name: 'ranges limited to a few, 429',
    server: 'ranges.status=429:3..5&ranges.retryAfter=1:3..5', requests: 16,
    waits: 'between requests',
  },
  {
    name: 'ranges limited to a few, 503 without a word',
    server: 'ranges.status=503:3..5', requests: 16,
  },
  {
    name: 'a URL whose signature expires',
    // Nobody but the app can sign another.
    server: 'status=403:4..', outcome: 'bad-status', requests: 12,
  },
  { name: 'a captive portal before the first part', server: 'ranges.portal=1', requests: 4 },
  {
    name: 'a captive portal in the middle',
    // A page in the place of a film is no other version of the film.
    server: 'contentType=video/webm&portal=1:3..6', requests: 20, waits: 'between requests',
  },
  {
    name: 'a captive portal from the beginning',
    // What the first answer is nobody can know.
    server: 'portal=1', size: kSmall, body: { text: 'portal' }, requests: 1,
  },
];
