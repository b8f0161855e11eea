/**
 * What a row of the matrix is: what the server does, what is asked for, and what
 * must come of it.
 */

export const kMiB = 1024 * 1024;

/** Worth splitting, and no multiple of anything. */
export const kLarge = 3 * kMiB + 7;

/** Asked for in one go. */
export const kSmall = 300_001;

/**
 * What never ends comes slower than any machine can take it: WebKit's network process, which has
 * no back-pressure, hears of nothing else while there is always more to read.
 */
export const kEndlessRate = 3_000_000;

/** Measured in WebKitGTK: nothing of such a response says that it was cut. */
export const kCutChunks = { webkit: 'a chunked body that breaks off ends as if it were whole' };

/**
 * @typedef {'success' | 'fetch-error' | 'bad-status' | 'download-total-exceeded'} Outcome
 *
 * @typedef {object} ExpectedBody
 * @property {string | string[]} [seed]  of the bytes (see tests/server/generated-bytes.mjs), or one
 *   of them; 'own' is the row's own
 * @property {number} [size]
 * @property {'portal'} [text]  not generated: the page of the captive portal
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} [server]  switches, see tests/server/switches.mjs; none: a sound server
 * @property {string} [cached]  switches with which a page has fetched the URL before
 * @property {'own' | 'cross'} [origin]
 * @property {number} [size]  kLarge unless set
 * @property {string[]} [records]  several requests in one fetch: the switches of each
 * @property {{method?: string, body?: string, credentials?: string, redirect?: string}} [request]
 * @property {number} [downloadTotal]
 * @property {Outcome | Outcome[]} [outcome]  success unless set; several: engines differ
 * @property {ExpectedBody | 'undetectable' | 'any'} [body]  the row's own bytes unless set;
 *   'undetectable': what the server says is right and its bytes are wrong, which is documented
 * @property {number} [status]  of a success: 200 unless set
 * @property {number} requests  at most so many may reach the server, redirects included
 * @property {number} [times]  the server may be made to write at most so many times the size
 *   (and what connections hold that were closed); 2.5 unless set
 * @property {'between requests' | 'for answers'} [waits]  time passes faster while nothing happens:
 *   between requests, or also while an answer stands still
 * @property {number} [replacedAt]  the worker is, once so many bytes were written
 * @property {boolean} [memory]  runs alone, and must not cost memory
 * @property {Record<string, string>} [documented]  by engine: why its network hides the fault from
 *   everybody, `fetch()` included; the bytes are not judged there
 * @property {{browsers?: string, chromium?: string, firefox?: string, webkit?: string,
 *   simulator?: string}} [skip]  where it does not run, and why
 */
