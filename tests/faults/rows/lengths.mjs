/** Lengths: too long, too short, missing, absurd, unending. */

import { kCutChunks, kEndlessRate, kLarge, kMiB, kSmall } from './row.mjs';


/** @type {import('./row.mjs').Row[]} */
export const lengthRows = [
  {
    name: 'Content-Length too long, once',
    server: `claim=${kSmall + 1000}:1`, size: kSmall, requests: 9,
  },
  {
    name: 'Content-Length too long, always',
    // No fetch() of any browser brings such a body to its end.
    server: `claim=${kSmall + 1000}`, size: kSmall, outcome: 'fetch-error', requests: 80, times: 80,
    waits: 'between requests',
  },
  {
    name: 'Content-Length too long, in parts',
    server: `plain.claim=${kLarge + 1000}`, outcome: 'fetch-error', requests: 80, times: 80,
    waits: 'between requests',
  },
  {
    name: 'Content-Length too short',
    // What is behind it the browser does not show to anybody.
    server: 'claim=1000', size: kSmall, body: { seed: 'own', size: 1000 }, requests: 1,
  },
  {
    name: 'Content-Length too short, in parts',
    // Parts say how long it is, so none is joined; the plain answer counts.
    server: `plain.claim=${2 * kMiB + 5}`, body: { seed: 'own', size: 2 * kMiB + 5 }, requests: 6,
  },
  { name: 'Content-Length missing: chunked', server: 'chunked=1', size: kSmall, requests: 1 },
  { name: 'chunked, large', server: 'chunked=1', requests: 1 },
  { name: 'chunked, cut', server: 'chunked=1&cut=100000:1', size: kSmall, requests: 3,
    documented: kCutChunks },
  { name: 'chunked, cut thrice', server: 'chunked=1&cut=700000:3', requests: 10,
    documented: kCutChunks },
  { name: 'chunked parts', server: 'ranges.chunked=1', requests: 8 },
  {
    name: 'Content-Length absurd: more than 2^64',
    server: 'claim=99999999999999999999', size: kSmall, requests: 60, times: 60,
    // Some refuse the head, some read to the end of the connection.
    outcome: ['success', 'fetch-error'], waits: 'between requests',
  },
  {
    name: 'Content-Length absurd: 2^53',
    // No length at all; a part says how long it is.
    server: 'claim=9007199254740992', size: kSmall, requests: 80, times: 80,
    outcome: ['success', 'fetch-error'], waits: 'between requests',
  },
  {
    name: 'Content-Length absurd: negative',
    server: 'claim=-1', size: kSmall, requests: 60, times: 60,
    outcome: ['success', 'fetch-error'], waits: 'between requests',
  },
  {
    name: 'Content-Length absurd: letters',
    server: 'claim=many', size: kSmall, requests: 60, times: 60,
    outcome: ['success', 'fetch-error'], waits: 'between requests',
  },
  {
    name: 'two different Content-Lengths',
    server: 'lengths=1000', size: kSmall, requests: 80, times: 80,
    // Browsers that take one of the two read as much as it says.
    outcome: ['success', 'fetch-error'], body: 'any', waits: 'between requests',
  },
  { name: 'HTTP/1.0, closed at the end', server: 'http10=1', size: kSmall, requests: 1 },
  {
    name: 'HTTP/1.0, cut',
    // The end of the connection is the end of the body: nobody can tell.
    server: 'http10=1&cut=100000:1', size: kSmall, body: { seed: 'own', size: 100_000 }, requests: 1,
  },
  { name: 'HTTP/1.0, reset', server: 'http10=1&reset=100000:1', size: kSmall, requests: 3 },
  { name: 'zero bytes', size: 0, requests: 1 },
  { name: 'zero bytes, chunked', server: 'chunked=1', size: 0, requests: 1 },
  { name: 'zero bytes, HTTP/1.0', server: 'http10=1', size: 0, requests: 1 },
  { name: 'one byte', size: 1, requests: 1 },
  {
    name: 'a body that never ends, against downloadTotal',
    server: `endless=1&rate=${kEndlessRate}`, downloadTotal: kLarge, outcome: 'download-total-exceeded', requests: 1,
    times: 100,
  },
  {
    name: 'one byte more than downloadTotal',
    downloadTotal: kLarge - 1, outcome: 'download-total-exceeded', requests: 8,
  },
  { name: 'huge headers', server: 'bigHeader=30000', requests: 8 },
  {
    name: 'absurd headers',
    // More than any of the three takes.
    server: 'bigHeader=3000000', size: kSmall, outcome: 'fetch-error', requests: 60,
    waits: 'for answers',
  },
  {
    name: '4 GiB and one byte',
    // Offsets that no 32 bits hold.
    size: 4 * 1024 * kMiB + 1, requests: 600, times: 1.1,
    skip: { browsers: 'needs 4 GiB of disk and minutes, and no browser hashes so much at once' },
  },
];
