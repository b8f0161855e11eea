/** Connections that break, stand still or crawl. */

import { kMiB, kSmall } from './row.mjs';

/** @type {import('./row.mjs').Row[]} */
export const connectionRows = [
  { name: 'sound, small', size: kSmall, requests: 1 },
  { name: 'sound, in parts', requests: 8 },
  {
    name: 'sound, three requests in one fetch, one of them broken off',
    size: kSmall, requests: 4, records: ['', 'cut=100000:1', ''],
  },
  { name: 'cut before the head', server: 'headCut=0:1', size: kSmall, requests: 3 },
  { name: 'cut before the head, other origin', server: 'headCut=0:2', origin: 'cross', size: kSmall,
    requests: 4 },
  { name: 'reset before the head', server: 'headReset=0:1', size: kSmall, requests: 3 },
  {
    name: 'cut in the head', server: 'headCut=40:1', size: kSmall, requests: 3,
    documented: {
      chromium: 'over plain HTTP, what there is of a head is taken for all of it',
      firefox: 'over plain HTTP, what there is of a head is taken for all of it',
    },
  },
  { name: 'reset in the head', server: 'headReset=40:2', size: kSmall, requests: 4 },
  { name: 'cut in the head of a part', server: 'ranges.headCut=40:1', requests: 8 },
  { name: 'cut after N bytes', server: 'cut=100000:1', size: kSmall, requests: 3 },
  { name: 'cut after N bytes of each part', server: 'ranges.cut=300000:3', requests: 14 },
  { name: 'cut after the first byte', server: 'cut=1:1', size: kSmall, requests: 3 },
  { name: 'cut at the last byte', server: 'cut=-1:1', size: kSmall, requests: 3 },
  { name: 'cut at the last byte of parts', server: 'ranges.cut=-1:3', requests: 14 },
  {
    name: 'cut at random, every k bytes',
    // The mean is a third of a part: most answers are cut.
    server: `ranges.cutMean=${kMiB / 3}:12`, requests: 40, waits: 'between requests',
  },
  { name: 'reset after N bytes', server: 'reset=100000:1', size: kSmall, requests: 3 },
  { name: 'reset in parts', server: 'ranges.reset=300000:3', requests: 14 },
  {
    name: 'every connection cut before the head, same origin',
    // An hour of tries: kRetriesMax. Firefox makes ten of each.
    server: 'headCut=0', size: kSmall, outcome: 'fetch-error', requests: 260,
    waits: 'between requests',
  },
  {
    name: 'every connection cut before the head, other origin',
    // Nothing of that origin ever answered; CORS cannot be told from it.
    server: 'headCut=0', size: kSmall, origin: 'cross', outcome: 'fetch-error', requests: 70,
    waits: 'between requests',
  },
  {
    name: 'every part cut after some bytes',
    // Each brings some: that is progress, and goes on to the end.
    server: 'ranges.cut=500000', requests: 60, times: 5,
  },
  {
    name: 'every answer without ranges cut',
    // A body that cannot be gone on with begins anew each time, until it is given up.
    server: 'cut=100000&noRanges=1', size: kSmall, outcome: 'fetch-error', requests: 60,
    times: 60, waits: 'between requests',
  },
  { name: 'silent before the head', server: 'silent=1:1', size: kSmall, requests: 3,
    waits: 'for answers' },
  { name: 'silent before the head of the first part', server: 'ranges.silent=1:1',
    requests: 4, waits: 'for answers' },
  { name: 'every part silent', server: 'ranges.silent=1', requests: 6,
    // The plain answer was kept for this.
    waits: 'for answers' },
  { name: 'stall for ever after N bytes', server: 'stall=100000:1', size: kSmall, requests: 3,
    waits: 'for answers' },
  { name: 'stall for ever in a part', server: 'ranges.stall=300000:1..2', requests: 10,
    waits: 'for answers' },
  { name: 'trickle', server: 'rate=200000', size: kSmall, requests: 1 },
  { name: 'trickle in parts', server: 'ranges.rate=1500000', requests: 30 },
  { name: 'slow to answer, as a slow DNS', server: 'delay=1200:2', size: kSmall, requests: 1 },
  { name: 'slow to answer each part', server: 'ranges.delay=400', requests: 10 },
  {
    name: 'what is no HTTP, once', server: 'garbage=1:1', size: kSmall, requests: 3,
    documented: { firefox: 'what has no head is taken for HTTP/0.9, and all of it for the body' },
  },
  { name: 'early hints before the head', server: 'earlyHints=1', requests: 8 },
  {
    name: 'one connection at a time',
    // Others are refused while the plain answer is held: that one is read.
    server: 'oneAtATime=503', requests: 6,
  },
  { name: 'one GET for each URL', server: 'status=410:2..', requests: 4 },
  {
    name: 'one GET for each URL, and that is cut',
    server: 'status=410:2..&cut=100000:1', size: kSmall, outcome: 'bad-status', requests: 4,
  },
];
