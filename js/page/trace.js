/**
 * exportTrace(): what the engines of a service worker were told and what they
 * wanted done, without anything that says what was fetched, or for whom.
 *
 * What the engine decides by is kept: sizes, times, statuses, the kinds of headers,
 * and the values of those few that say how a body comes. Everything else, ids,
 * titles, URLs and all other values, becomes a token: the same text the same
 * token, within one trace. tests/replay tells it to another engine.
 */

import { makeError, toError } from '../shared/errors.js';
import { activeWorker } from './active-worker.js';
import { greet } from './greeting.js';
import { askWorker } from './question.js';

/** What is older says nothing about what happens now. */
const kTraceAgeMaxMs = 24 * 60 * 60 * 1000;

/** Calls that do not end with their time. */
const kTimeless = ['open', 'isEmpty', 'recoverHead', 'recoverChunk', 'set'];

/** A longer text keeps its length, by which the engine may refuse it. */
const kLongLengthMin = 1000;

/**
 * Members whose texts the platform or the engine has made from lists of a few, and ranges.
 */
const kPlainMembers = [
  'method', 'mode', 'credentials', 'cache', 'redirect', 'type', 'range', 'event', 'name',
  'message', 'referrerPolicy',
];

/**
 * Headers by which bytes are counted, told apart and waited for, and what their
 * values may look like to be shown.
 *
 * @type {Record<string, RegExp>}
 */
const kPlainHeaders = {
  'accept-ranges': /^(bytes|none)$/i,
  'content-encoding': /^(gzip|x-gzip|deflate|br|zstd|identity)$/i,
  'content-length': /^\d+$/,
  'content-range': /^bytes (\d+-\d+|\*)\/(\d+|\*)$/i,
  'content-type': /^(application\/(octet-stream|zip|gzip|x-tar)|multipart\/byteranges)$/i,
  'retry-after': /^(\d+|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT)$/,
};

/** Whose length is trusted is decided by these; which of them it is does not matter. */
const kFamilyPattern = /^(audio|video|image)\//i;

/**
 * Names of headers that are anybody's guess. Others could be an app's own words.
 */
const kKnownHeaderPattern =
  /^(accept|access-control|age|cache|content|date|etag|expires|if|last|link|location|range|retry|server|vary|via)\b/;

/**
 * @typedef {object} TraceCall
 * @property {string} call  Of bindings/engine.d.ts.
 * @property {any[]} values
 * @property {any} [answer]  Absent: none, or it failed.
 *
 * @typedef {object} ExportedTrace
 * @property {1} version  Of this shape.
 * @property {boolean} isWhole  It begins where an engine begins.
 * @property {TraceCall[]} calls
 */

/**
 * @param {ServiceWorkerRegistration} [registration]  Else the page's own.
 * @returns {Promise<ExportedTrace>} Plain data, for JSON.stringify(). Rejects with TypeError where
 *   no worker of ours is active.
 */
export async function exportTrace(registration) {
  const owner = registration ?? (await navigator.serviceWorker.getRegistration());
  const worker = owner && (await activeWorker(owner));
  if (!worker || !(await greet(worker, false))) {
    throw makeError('TypeError', 'There is no active service worker.');
  }
  const answer = await askWorker(worker, 'trace', {}).answer;
  if (!answer) throw makeError('TypeError', 'The service worker was replaced.');
  if (!answer.ok) throw toError(answer.error);
  return makeTrace(answer.value);
}

/**
 * @param {string[]} entries  As js/service-worker/trace.js notes them.
 * @param {number} [now]
 * @returns {ExportedTrace}
 */
export function makeTrace(entries, now = Date.now()) {
  const tokens = new Tokens();
  const calls = entries.map((entry) => {
    const [call, values, answer] = JSON.parse(entry);
    return { call, values, answer };
  });
  // Whole lives of engines: without its beginning none can be told again.
  /** @type {TraceCall[][]} */
  const lives = [];
  for (const each of calls) {
    if (each.call === 'open' || lives.length === 0) lives.push([]);
    lives[lives.length - 1].push(each);
  }
  const kept = lives.filter((life) => lastTimeOf(life) >= now - kTraceAgeMaxMs).flat();
  return {
    version: 1,
    isWhole: kept[0]?.call === 'open',
    calls: kept.map((each) => tokens.ofCall(each)),
  };
}

/** @param {TraceCall[]} calls */
function lastTimeOf(calls) {
  const times = calls
    .filter(({ call }) => !kTimeless.includes(call))
    .map(({ values }) => values[values.length - 1]);
  return times.length > 0 ? Math.max(...times) : Infinity;
}

class Tokens {
  /** @type {Map<string, string>} */
  #tokens = new Map();

  /**
   * @param {TraceCall} call
   * @returns {TraceCall}
   */
  ofCall({ call, values, answer }) {
    if (call === 'open') {
      const [, seed, origin] = values;
      return { call, values: ['/trace', seed, this.#ofUrl(`${origin}/`).slice(0, -1)] };
    }
    return {
      call,
      values: values.map((each) => this.#of(each)),
      ...(answer !== null && { answer: this.#of(answer) }),
    };
  }

  /**
   * @param {any} value
   * @param {string} [member]  What it is of its object.
   * @returns {any}
   */
  #of(value, member = '') {
    if (typeof value === 'string') return this.#ofText(value, member);
    if (typeof value !== 'object' || value === null) return value;
    if (member === 'headers') return value.map((/** @type {any} */ each) => this.#ofHeader(each));
    // An icon's type is the app's word.
    if (member === 'icons') {
      return value.map((/** @type {object} */ icon) => Object.fromEntries(
        Object.entries(icon).map(([name, text]) => [name, this.#token(text)]),
      ));
    }
    if (Array.isArray(value)) return value.map((each) => this.#of(each));
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.#of(each, name)]),
    );
  }

  /** @param {string} text @param {string} member */
  #ofText(text, member) {
    if (kPlainMembers.includes(member)) return text;
    if (member === 'url') return this.#ofUrl(text);
    if (member === 'ifRange') return this.#ofTag(text);
    return this.#token(text);
  }

  /** @param {[string, string]} header */
  #ofHeader([name, value]) {
    const shownName = kKnownHeaderPattern.test(name) ? name : this.#token(name);
    if (name === 'etag') return [shownName, this.#ofTag(value)];
    if (kPlainHeaders[name]?.test(value)) return [shownName, value];
    const [family] = (name === 'content-type' && kFamilyPattern.exec(value)) || [''];
    return [shownName, family + this.#token(value)];
  }

  /**
   * Weak and strong ones are told apart.
   *
   * @param {string} tag
   */
  #ofTag(tag) {
    const [, weak, quoted] = /^(W\/)?"(.*)"$/.exec(tag) ?? [];
    return quoted === undefined ? this.#token(tag) : `${weak ?? ''}"${this.#token(`"${quoted}`)}"`;
  }

  /**
   * Origins are told apart.
   *
   * @param {string} url
   */
  #ofUrl(url) {
    const [, origin, rest] = /^(\w+:\/\/[^/]*)(\/.*)?$/s.exec(url) ?? [];
    if (origin === undefined) return this.#token(url);
    const host = `https://${this.#token(origin)}.invalid`;
    if (rest === undefined) return host;
    return rest === '/' ? `${host}/` : `${host}/${this.#token(url)}`;
  }

  /** @param {string} text */
  #token(text) {
    if (text === '') return '';
    let token = this.#tokens.get(text);
    if (!token) {
      token = `t${this.#tokens.size + 1}`;
      if (text.length >= kLongLengthMin) token = token.padEnd(text.length, '.');
      this.#tokens.set(text, token);
    }
    return token;
  }
}
