/** Versions, validators, codings, caches. */

import { kCutChunks, kLarge, kSmall } from './row.mjs';

/** Measured. Nothing of such a response, nor its events, says that it was cut. */
const kCutCodings = {
  firefox: 'a compressed body that breaks off ends as if it were whole',
};

const kVersion = { seed: 'another', size: kLarge };

const kCacheable = 'cacheControl=max-age=3600';

/** @type {import('./row.mjs').Row[]} */
export const validatorRows = [
  { name: 'ETag weak', server: 'etag=W/"weak"', requests: 8 },
  { name: 'ETag weak, cut', server: 'etag=W/"weak"&cut=100000:1', size: kSmall, requests: 3 },
  {
    name: 'ETag weak and no length, cut',
    server: 'etag=W/"weak"&chunked=1&cut=100000:1', size: kSmall, requests: 3,
    documented: kCutChunks,
  },
  { name: 'ETag missing', server: 'etag=', requests: 8 },
  { name: 'ETag missing in parts', server: 'ranges.etag=', requests: 4 },
  { name: 'ETag missing in parts, from the second on', server: 'ranges.etag=:2..',
    requests: 12 },
  {
    name: 'ETag changed between two parallel ranges',
    server: 'version=another:4..', body: kVersion, requests: 14,
  },
  {
    name: 'ETag changed, and If-Range ignored',
    server: 'version=another:3..&ignoresIfRange=1', body: kVersion, requests: 14,
  },
  {
    name: 'the body changed, If-Range kept',
    server: 'version=another:3..', body: kVersion, requests: 14,
  },
  {
    name: 'changed while it was cut',
    server: 'version=another:2..&cut=100000:1', size: kSmall,
    body: { seed: 'another', size: kSmall }, requests: 4,
  },
  {
    name: 'changes each time',
    // Which version it is in the end is the server's to say; it is one of them.
    server: 'version=another:3..4&version=third:5..6&version=fourth:7..',
    body: { seed: ['own', 'another', 'third', 'fourth'], size: kLarge }, requests: 20,
  },
  { name: 'Last-Modified changed', server: 'etag=&lastModified=1700000000:3..&body=another:3..',
    body: kVersion, requests: 14 },
  { name: 'neither ETag nor Last-Modified', server: 'noValidators=1', requests: 1 },
  { name: 'neither ETag nor Last-Modified, cut', server: 'noValidators=1&cut=100000:1',
    size: kSmall, requests: 3 },
  {
    name: 'the body changed, with the same validators',
    // Nothing that the server says gives it away.
    server: 'body=another:4..', body: 'undetectable', requests: 8,
  },
  { name: 'Accept-Ranges: none, cut', server: 'noRanges=1&cut=100000:1', size: kSmall, requests: 3 },
  { name: 'gzip', server: 'coding=gzip&contentType=text/plain', size: kSmall, requests: 1 },
  { name: 'gzip, large', server: 'coding=gzip&contentType=text/plain', requests: 1 },
  { name: 'gzip, cut', server: 'coding=gzip&contentType=text/plain&cut=100000:1', size: kSmall,
    requests: 3, documented: kCutCodings },
  { name: 'brotli', server: 'coding=br&contentType=text/plain', size: kSmall, requests: 1 },
  { name: 'deflate', server: 'coding=deflate&contentType=text/plain', size: kSmall, requests: 1 },
  {
    name: 'gzip of another origin, which CORS hides',
    server: 'coding=gzip&contentType=text/plain', origin: 'cross', requests: 2,
  },
  {
    name: 'gzip of another origin, called octet-stream',
    // The length that CORS shows is that of the coded body.
    server: 'coding=gzip', origin: 'cross', requests: 12,
  },
  {
    name: 'gzip of another origin, called octet-stream, far shorter than its body',
    server: 'coding=gzip&body=zeros', body: { seed: 'zeros' }, origin: 'cross', requests: 4,
  },
  {
    name: 'gzip of another origin, called octet-stream, cut',
    server: 'coding=gzip&body=zeros&cut=2000:1', body: { seed: 'zeros' }, origin: 'cross',
    requests: 4, documented: kCutCodings,
  },
  { name: 'gzip, chunked, cut', server: 'coding=gzip&contentType=text/plain&chunked=1&cut=100000:1',
    size: kSmall, requests: 3, documented: kCutChunks },
  { name: 'brotli, cut', server: 'coding=br&contentType=text/plain&cut=100000:1', size: kSmall,
    requests: 3, documented: kCutCodings },
  { name: 'gzip of another origin, cut',
    server: 'coding=gzip&contentType=text/plain&cut=100000:1', origin: 'cross', size: kSmall,
    requests: 3, documented: kCutCodings },
  { name: 'Content-Encoding on a 206', server: 'ranges.encodedPart=gzip',
    // Browsers may fail to decode it before anybody sees the head.
    requests: 5 },
  { name: 'Content-Encoding on a 206, from the second on',
    // Two parts for each of the retries, of a third of the file or so, before a plain request.
    server: 'ranges.encodedPart=gzip:2..', requests: 60, times: 20, waits: 'between requests' },
  {
    name: 'a stale copy in the HTTP cache',
    // The plain answer comes out of it, the parts do not: one of the two counts.
    server: 'version=another&cacheControl=max-age=3600', cached: 'cacheControl=max-age=3600',
    body: { seed: ['own', 'another'], size: kLarge }, requests: 8,
  },
  // Browsers keep what there is of an answer that broke off, complete it by a range of their own
  // when the same is asked for again, and believe whatever comes.
  {
    name: 'a part of an older version in the HTTP cache, after a cut',
    server: `${kCacheable}&cut=100000:1&version=another:2..&ignoresIfRange=1`,
    size: kSmall, body: { seed: 'another', size: kSmall }, requests: 4,
  },
  {
    name: 'a part of an older version in the HTTP cache, the worker replaced',
    server: `${kCacheable}&stall=100000:1&version=another:2..&ignoresIfRange=1`,
    size: kSmall, replacedAt: 100_000, body: { seed: 'another', size: kSmall },
    requests: 4,
  },
  {
    name: 'a part in the HTTP cache, the worker replaced, and a 206 that lies',
    server: `${kCacheable}&stall=100000:1&ranges.part=lying`,
    size: kSmall, replacedAt: 100_000, requests: 4,
  },
];
