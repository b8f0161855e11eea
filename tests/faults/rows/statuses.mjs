/** Statuses of requests that the app made. */

import { kSmall } from './row.mjs';

/** @param {number} status @returns {import('./row.mjs').Row} */
const bad = (status) => ({
  name: `${status}`, server: `status=${status}`, size: kSmall, outcome: 'bad-status', requests: 1,
});

/** @type {import('./row.mjs').Row[]} */
export const statusRows = [
  { name: '204', server: 'status=204', body: { seed: 'own', size: 0 }, status: 204, size: kSmall,
    requests: 1 },
  { name: '205', server: 'status=205', body: { seed: 'own', size: 0 }, status: 205, size: kSmall,
    requests: 1 },
  ...[304, 400, 401, 403, 404, 410, 416, 429, 500, 502, 503].map(bad),
  {
    name: '429 with Retry-After in seconds',
    server: 'status=429:2&retryAfter=1:2', size: kSmall, requests: 3, waits: 'between requests',
  },
  {
    name: '503 with Retry-After in seconds',
    server: 'status=503:2&retryAfter=1:2', size: kSmall, requests: 3, waits: 'between requests',
  },
  {
    name: '503 with Retry-After as a date',
    server: 'status=503:1&retryAfterDate=2:1', size: kSmall, requests: 2, waits: 'between requests',
  },
  {
    name: '503 with Retry-After as a date that is over',
    server: 'status=503:1&retryAfterDate=-1000:1', size: kSmall, requests: 2,
    waits: 'between requests',
  },
  {
    name: '429 with garbage for Retry-After',
    server: 'status=429:2&retryAfter=soon:2', size: kSmall, requests: 3, waits: 'between requests',
  },
  {
    name: '429 with a Retry-After of a year',
    // kRetryAfterMaxMs: nobody waits longer than an hour.
    server: 'status=429:1&retryAfter=31536000:1', size: kSmall, requests: 2,
    waits: 'between requests',
  },
  {
    name: '503 with Retry-After, always',
    // kRetriesMax times, then it is the answer.
    server: 'status=503&retryAfter=1', size: kSmall, outcome: 'bad-status', requests: 40,
    waits: 'between requests',
  },
  {
    name: '503 with Retry-After, hidden by CORS',
    // Nobody can see that it would be another answer later.
    server: 'status=503:1&retryAfter=1:1', origin: 'cross', size: kSmall, outcome: 'bad-status',
    requests: 1,
  },
  {
    name: '503 with Retry-After, exposed by CORS',
    server: 'status=503:1&retryAfter=1:1&expose=Retry-After', origin: 'cross', size: kSmall,
    requests: 2, waits: 'between requests',
  },
  {
    name: 'POST, cut before its answer',
    // It may have arrived; we do not send it twice. Browsers do, where a connection that had
    // served before ends without a word.
    server: 'headCut=0', request: { method: 'POST', body: 'upload' }, size: kSmall,
    outcome: 'fetch-error', requests: 10,
  },
  {
    name: 'POST, whose answer is cut',
    server: 'cut=1000', request: { method: 'POST', body: 'upload' }, size: kSmall,
    outcome: 'fetch-error', requests: 1,
  },
  {
    name: 'POST, 503 with Retry-After',
    server: 'status=503:1&retryAfter=1:1', request: { method: 'POST', body: 'upload' },
    size: kSmall, outcome: 'bad-status', requests: 1,
  },
  {
    name: 'cookies that change with each answer',
    server: 'freshCookie=1', requests: 8,
  },
];
