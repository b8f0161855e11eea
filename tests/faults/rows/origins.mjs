/** Redirects and other origins. */

import { kCutChunks, kLarge, kSmall } from './row.mjs';

/** @type {import('./row.mjs').Row[]} */
export const originRows = [
  { name: 'redirect, same origin', server: 'redirect=same', requests: 16 },
  { name: 'redirect 301, same origin', server: 'redirect=same&redirectStatus=301', size: kSmall,
    requests: 2 },
  { name: 'redirect 307, cut behind it', server: 'redirect=same&redirectStatus=307&cut=100000:1',
    size: kSmall, requests: 6 },
  { name: 'redirect to another origin', server: 'redirect=cross', requests: 16 },
  { name: 'redirect to another origin, cut behind it', server: 'redirect=cross&cut=100000:1',
    size: kSmall, requests: 6 },
  {
    name: 'redirect to another origin without CORS',
    // It cannot be told from a network that is down; an hour of tries.
    server: 'redirect=refused', size: kSmall, outcome: 'fetch-error', requests: 60, times: 60,
    waits: 'between requests',
  },
  {
    name: 'redirect in a loop',
    server: 'redirect=loop', size: kSmall, outcome: 'fetch-error', requests: 60 * 21,
    waits: 'between requests',
  },
  {
    name: 'redirect to another URL each time',
    server: 'redirect=anew', requests: 6,
  },
  { name: 'redirect to another host each time', server: 'redirect=mirrors', requests: 6 },
  { name: 'redirect to another host each time, cut', server: 'redirect=mirrors&cut=100000:1',
    size: kSmall, requests: 8 },
  {
    name: 'a range that is redirected elsewhere',
    server: 'ranges.redirect=same', requests: 6,
  },
  {
    name: 'a range that is redirected elsewhere, from the second on',
    server: 'ranges.redirect=same:2..', requests: 16,
  },
  {
    name: 'a range that is redirected to another origin without CORS',
    server: 'ranges.redirect=refused', requests: 6,
  },
  {
    name: '303 of a POST',
    server: 'redirect=same&redirectStatus=303', request: { method: 'POST', body: 'upload' },
    size: kSmall, requests: 2,
  },
  {
    name: 'a redirect where none may be followed',
    server: 'redirect=same', request: { redirect: 'error' }, size: kSmall, outcome: 'fetch-error',
    requests: 60, waits: 'between requests',
  },
  { name: 'other origin, headers hidden', origin: 'cross', requests: 8 },
  { name: 'other origin, headers exposed', origin: 'cross',
    server: 'expose=ETag, Content-Range, Accept-Ranges, Content-Encoding', requests: 8 },
  { name: 'other origin, cut', origin: 'cross', server: 'cut=100000:1', size: kSmall, requests: 3 },
  { name: 'other origin, parts cut', origin: 'cross', server: 'ranges.cut=300000:3',
    requests: 14 },
  {
    name: 'other origin, refused',
    origin: 'cross', server: 'allowOrigin=', size: kSmall, outcome: 'fetch-error', requests: 14,
    times: 20, waits: 'between requests',
  },
  {
    name: 'other origin, another one allowed',
    origin: 'cross', server: 'allowOrigin=https://example.com', size: kSmall,
    outcome: 'fetch-error', requests: 14, times: 20, waits: 'between requests',
  },
  { name: 'other origin, any allowed', origin: 'cross', server: 'allowOrigin=*', requests: 8 },
  {
    name: 'other origin, allowed for the first and refused for the second',
    origin: 'cross', server: 'ranges.allowOrigin=', requests: 4,
  },
  {
    name: 'other origin, refused from the third on',
    // The first part was joined. When the rest is refused for good, so is a plain request.
    origin: 'cross', server: 'allowOrigin=:3..', outcome: 'fetch-error', requests: 100, times: 100,
    waits: 'between requests',
  },
  { name: 'other origin, no preflight allowed', origin: 'cross', server: 'preflight=no',
    requests: 8 },
  { name: 'other origin, with credentials', origin: 'cross', server: 'allowCredentials=1',
    request: { credentials: 'include' }, requests: 8 },
  {
    name: 'other origin, with credentials and any allowed',
    origin: 'cross', server: 'allowOrigin=*&allowCredentials=1',
    request: { credentials: 'include' }, size: kSmall, outcome: 'fetch-error', requests: 14,
    times: 20, waits: 'between requests',
  },
  {
    name: 'other origin, with credentials that are not allowed',
    origin: 'cross', request: { credentials: 'include' }, size: kSmall, outcome: 'fetch-error',
    requests: 14, times: 20, waits: 'between requests',
  },
  { name: 'other origin, 206 ends too early', origin: 'cross', server: 'ranges.part=end:2..',
    requests: 12 },
  { name: 'other origin, 206 multipart', origin: 'cross', server: 'ranges.part=multipart:2..',
    requests: 12 },
  { name: 'other origin, 200 to a range', origin: 'cross', server: 'noRanges=1', requests: 4 },
  {
    name: 'other origin, 206 of another part of that length',
    // CORS hides Content-Range: nothing gives it away.
    origin: 'cross', server: 'ranges.part=lying:2..', body: 'undetectable', requests: 8,
  },
  {
    name: 'other origin, 206 of another part, headers exposed',
    origin: 'cross', server: 'ranges.part=elsewhere:2..&ranges.expose=Content-Range', requests: 12,
  },
  { name: 'other origin, Last-Modified changed', origin: 'cross',
    server: 'version=another:3..', body: { seed: 'another', size: kLarge }, requests: 14 },
  { name: 'other origin, no length', origin: 'cross', server: 'chunked=1', requests: 1 },
  { name: 'other origin, no length, cut', origin: 'cross', server: 'chunked=1&cut=100000:1',
    size: kSmall, requests: 3, documented: kCutChunks },
];
