/**
 * What is answered to a request for a generated body, whoever carries it out: a
 * server on a socket, or a simulated network.
 */

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { bytesOf } from './body-writer.mjs';
import { formatContentRange, resolveRange } from './http-range.mjs';
import { Switchboard } from './switchboard.mjs';

/** Any fixed time will do; it must lie in the past. */
const kLastModified = 'Tue, 04 Mar 2025 05:06:07 GMT';

const kCoders = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

/**
 * @typedef {import('./switches.mjs').Asked} Asked
 * @typedef {import('./switches.mjs').Representation} Representation
 * @typedef {import('./switches.mjs').Plan} Plan
 * @typedef {import('./switches.mjs').Session} Session
 * @typedef {import('./switches.mjs').Origins} Origins
 * @typedef {import('./body-writer.mjs').BodyPlan['content']} Content
 */

export class Answers {
  switchboard = new Switchboard();
  /** @type {Origins} Where redirects go. */
  origins = { own: '', cross: '' };
  /** @type {Map<string, Session>} */
  #sessions = new Map();

  /**
   * @param {string} name
   * @param {URLSearchParams} parameters  the switches that hold
   * @param {Asked} asked
   * @param {number} now  ms since the epoch
   * @returns {Plan}
   */
  plan(name, parameters, asked, now) {
    const representation = describe(parameters);
    this.switchboard.changeRepresentation(name, parameters, asked, representation);
    const plan = {
      ...choosePlan(asked, representation),
      asked, now, origins: this.origins, session: this.#sessionOf(name),
    };
    if (parameters.get('cors') === '1' && asked.origin) {
      plan.headers['Access-Control-Allow-Origin'] = asked.origin;
      plan.headers.Vary ??= 'Origin';
    }
    this.switchboard.changeAnswer(name, parameters, asked, plan);
    return plan;
  }

  /** @param {string} name */
  #sessionOf(name) {
    const session = this.#sessions.get(name) ?? { answers: 0, cookie: null, random: 1 };
    this.#sessions.set(name, session);
    return session;
  }
}

/**
 * @param {string} method
 * @param {URL} url
 * @param {Record<string, string | string[] | undefined>} headers  names in lower case
 * @param {number} othersRunning
 * @returns {Asked}
 */
export function readRequest(method, url, headers, othersRunning) {
  return {
    method,
    url,
    range: single(headers.range),
    ifRange: single(headers['if-range']),
    acceptEncoding: single(headers['accept-encoding']) ?? '',
    origin: single(headers.origin),
    cookie: single(headers.cookie),
    othersRunning,
  };
}

/** @param {string | string[] | undefined} value */
function single(value) {
  return Array.isArray(value) ? value[0] : value;
}

/**
 * @param {URLSearchParams} parameters
 * @returns {Representation}
 */
function describe(parameters) {
  const size = Number(parameters.get('size') ?? 1024);
  const seed = parameters.get('seed') ?? '0';
  return {
    size,
    seed,
    beginning: Buffer.alloc(0),
    contentType: 'application/octet-stream',
    etag: `"${seed}-${size}"`,
    lastModified: kLastModified,
    ranges: true,
    ignoresIfRange: false,
    coding: null,
  };
}

/** @typedef {Omit<Plan, 'asked' | 'now' | 'origins' | 'session'>} SoundPlan */

/**
 * RFC 9110: the answer a sound server gives.
 *
 * @param {Asked} asked
 * @param {Representation} representation
 * @returns {SoundPlan}
 */
function choosePlan(asked, representation) {
  const { size, seed, beginning, contentType, etag, lastModified } = representation;
  const coding = codingFor(asked, representation);
  const acceptsRanges = representation.ranges && !coding;
  const range = acceptsRanges && rangeApplies(asked, representation)
    ? resolveRange(asked.range, size)
    : null;

  /** @type {Record<string, string>} */
  const headers = { 'Content-Type': contentType };
  if (acceptsRanges) headers['Accept-Ranges'] = 'bytes';
  if (etag) headers.ETag = coding ? etag.replace(/"$/, `-${coding}"`) : etag;
  if (lastModified) headers['Last-Modified'] = lastModified;
  if (representation.coding) headers.Vary = 'Accept-Encoding';

  /** @type {(status: number, sent: Plan['sent'], content: Content, length: number) => SoundPlan} */
  const makePlan = (status, sent, content, length) => ({
    intakeBytesPerSecond: Infinity,
    delayMs: 0,
    status,
    headers: { ...headers, 'Content-Length': String(length) },
    sent,
    body: { length, content, bytesPerSecond: Infinity, cuts: [] },
    raw: null,
    hintsEarly: false,
    seed,
    size,
  });
  if (range === 'unsatisfiable') {
    headers['Content-Range'] = `bytes */${size}`;
    return makePlan(416, null, Buffer.alloc(0), 0);
  }
  if (coding) {
    headers['Content-Encoding'] = coding;
    const bytes = kCoders[coding](bytesOf({ content: { seed, begin: 0, beginning } }, 0, size));
    return makePlan(200, null, bytes, bytes.length);
  }
  const sent = range ?? { begin: 0, end: size };
  if (range) headers['Content-Range'] = formatContentRange(range, size);
  const content = { seed, begin: sent.begin, beginning };
  return makePlan(range ? 206 : 200, sent, content, sent.end - sent.begin);
}

/**
 * @param {Asked} asked
 * @param {Representation} representation
 */
function codingFor({ acceptEncoding }, { coding }) {
  const accepted = acceptEncoding.split(/[,;\s]+/);
  return coding !== null && accepted.includes(coding) ? coding : null;
}

/**
 * Range is defined for GET only; If-Range must match strongly and exactly.
 *
 * @param {Asked} asked
 * @param {Representation} representation
 */
function rangeApplies({ method, ifRange }, { etag, lastModified, ignoresIfRange }) {
  if (method !== 'GET') return false;
  if (ignoresIfRange) return true;
  return ifRange === undefined || ifRange === etag || ifRange === lastModified;
}
