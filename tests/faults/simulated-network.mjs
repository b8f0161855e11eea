/**
 * What a browser's network does to the answers of tests/server: framing,
 * decoding, redirects, CORS, cookies, the HTTP cache. For the worker that ships,
 * in a world of tests/host.
 */

import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

import { FakeBlob } from '../host/fake-blob.mjs';
import { FakeRequest, FakeResponse } from '../host/messages-over-http.mjs';
import { kReadBytesMax } from '../host/traffic.mjs';
import { Answers, readRequest } from '../server/answers.mjs';
import { bytesOf } from '../server/body-writer.mjs';
import { RequestLog } from '../server/request-log.mjs';
import { findUnknown } from '../server/switchboard.mjs';

export const kOwnOrigin = 'https://app.example';
const kCrossOrigin = 'https://cdn.example';

const kRedirects = [301, 302, 303, 307, 308];
const kRedirectsMax = 20;

/** More header than browsers take. */
const kHeadBytesMax = 256 * 1024;

/** Readable of an answer across origins without being exposed. */
const kShownHeaders = [
  'cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified',
  'pragma',
];

/** Bytes a millisecond. */
const kSpeed = 50_000;

const kDecoders = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync };

/**
 * @typedef {import('../host/worker-life.mjs').WorkerLife} WorkerLife
 * @typedef {import('../host/world.mjs').World} World
 * @typedef {import('../server/request-log.mjs').LogEntry} LogEntry
 * @typedef {import('../server/switches.mjs').Plan} Plan
 *
 * @typedef {object} PartialCopy
 * @property {Plan} plan
 * @property {number} bytes  that there are of it
 */

export class SimulatedNetwork {
  #world;
  #answers = new Answers();
  log = new RequestLog();
  /** @type {Map<string, string>} By origin and name. */
  #cookies = new Map();
  /** @type {Map<string, Plan>} By URL. */
  #cache = new Map();
  /** @type {Map<string, PartialCopy>} By URL: in the cache, too. */
  #parts = new Map();

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
    this.#answers.origins = { own: kOwnOrigin, cross: kCrossOrigin };
  }

  /** @param {'own' | 'cross'} origin */
  originOf(origin) {
    return origin === 'cross' ? kCrossOrigin : kOwnOrigin;
  }

  /**
   * A page has fetched the URL, with those switches, and the HTTP cache keeps it.
   *
   * @param {string} href
   * @param {string} switches
   */
  warm(href, switches) {
    this.#cache.set(href, this.#plan(new URL(href), new URLSearchParams(switches), 'GET', {}));
  }

  /** @param {WorkerLife} life  Its fetch(). */
  fetchOf(life) {
    return (/** @type {string} */ address, /** @type {any} */ init) =>
      new Promise((resolve, reject) => {
        const request = new FakeRequest(address, init);
        this.#world.checkAlive(life, `asks for ${request.url}`);
        if (request.signal.aborted) return reject(abortError());
        const trip = new Trip(this.#world, life, this.log);
        request.signal.addEventListener('abort', () => {
          trip.leave();
          reject(abortError());
        });
        this.#go(trip, request).then(resolve, reject);
      });
  }

  /**
   * @param {Trip} trip
   * @param {FakeRequest} request
   */
  async #go(trip, request) {
    let url = new URL(request.url);
    let { method } = request;
    let isTainted = false;
    for (let count = 0; count <= kRedirectsMax; count += 1) {
      isTainted ||= url.origin !== kOwnOrigin;
      const headers = this.#headersOf(request, url, isTainted);
      this.#checkPreflight(url, headers);
      const mayUseCache = request.cache === 'default' && method === 'GET' && !headers.range;
      const cached = mayUseCache ? this.#cache.get(url.href) : undefined;
      const part = mayUseCache ? this.#parts.get(url.href) : undefined;
      if (part) Object.assign(headers, restOf(part));
      await trip.wait(this.#world.latency() + 5);
      const answer = cached ?? this.#ask(trip, url, method, headers);
      const plan = part && answer.status === 206 ? glue(part, answer) : answer;
      await trip.wait(plan.delayMs);
      if (!cached) trip.answered(plan);
      await checkHead(trip, plan);
      if (isTainted) checkShared(request, url, plan);
      this.#keepCookie(url, plan);
      if (!kRedirects.includes(plan.status) || !plan.headers.Location) {
        if (mayUseCache && !cached) this.#keepCopy(trip, url, plan);
        return makeResponse(trip, plan, { url, isTainted, isRedirected: count > 0 });
      }
      trip.end('complete');
      if (request.redirect === 'error') throw new TypeError('A redirect where none may be.');
      if (plan.status === 303 && method === 'POST') method = 'GET';
      url = new URL(plan.headers.Location);
    }
    throw new TypeError('Too many redirects.');
  }

  /**
   * @param {Trip} trip
   * @param {URL} url
   * @param {string} method
   * @param {Record<string, string>} headers
   */
  #ask(trip, url, method, headers) {
    const name = nameOf(url);
    trip.begin({
      name, method, url: url.pathname + url.search,
      range: headers.range ?? null, ifRange: headers['if-range'] ?? null,
    });
    const parameters = this.#answers.switchboard.parameters(name, url.searchParams);
    return this.#plan(url, parameters, method, headers);
  }

  /**
   * @param {URL} url
   * @param {URLSearchParams} parameters
   * @param {string} method
   * @param {Record<string, string>} headers
   */
  #plan(url, parameters, method, headers) {
    const problem = findUnknown(parameters);
    if (problem) throw new Error(problem);
    const name = nameOf(url);
    const running = this.log.for(name).filter(({ endedAt }) => endedAt === null).length;
    const asked = readRequest(method, url, headers, Math.max(0, running - 1));
    const now = this.#world.wallClock + this.#world.scheduler.now;
    return this.#answers.plan(name, parameters, asked, now);
  }

  /**
   * @param {string} name
   * @param {string} switches
   */
  setSwitches(name, switches) {
    this.#answers.switchboard.set(name, switches);
  }

  /**
   * @param {FakeRequest} request
   * @param {URL} url
   * @param {boolean} isTainted
   */
  #headersOf({ headers, credentials }, url, isTainted) {
    /** @type {Record<string, string>} */
    const sent = Object.fromEntries(headers);
    sent['accept-encoding'] = sent.range ? 'identity' : 'gzip, deflate, br';
    if (isTainted) sent.origin = kOwnOrigin;
    const isOwn = url.origin === kOwnOrigin && !isTainted;
    if (credentials === 'include' || (credentials === 'same-origin' && isOwn)) {
      const cookies = [...this.#cookies].filter(([key]) => key.startsWith(`${url.origin} `));
      if (cookies.length > 0) {
        sent.cookie = cookies.map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; ');
      }
    }
    return sent;
  }

  /**
   * @param {URL} url
   * @param {Record<string, string>} headers
   */
  #checkPreflight(url, headers) {
    if (url.origin === kOwnOrigin || headers['if-range'] === undefined) return;
    if (url.searchParams.get('preflight') === 'no') throw new TypeError('The preflight was refused.');
  }

  /**
   * @param {URL} url
   * @param {Plan} plan
   */
  #keepCookie({ origin }, plan) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(plan.headers['Set-Cookie'] ?? '') ?? [];
    if (name) this.#cookies.set(`${origin} ${name}`, value);
  }

  /**
   * As Firefox and Chromium do: what breaks off stays, where a range could complete it.
   *
   * @param {Trip} trip
   * @param {URL} url
   * @param {Plan} plan
   */
  #keepCopy(trip, { href }, plan) {
    this.#parts.delete(href);
    trip.onEnd = (outcome, bytes) => {
      if (outcome !== 'complete') {
        if (bytes > 0 && isResumable(plan)) this.#parts.set(href, { plan, bytes });
      } else if (mayBeCached(plan)) {
        this.#cache.set(href, plan);
      }
    };
  }
}

/** One request on its way, and what the log knows of it. */
class Trip {
  #world;
  #life;
  #log;
  #hasLeft = false;
  /** @type {(error: Error) => void} Of who waits. */
  #giveUp = () => {};
  /** @type {LogEntry | null} */
  #entry = null;
  /** @type {(outcome: 'complete' | 'cut' | 'client left', bytes: number) => void} */
  onEnd = () => {};

  /**
   * @param {World} world
   * @param {WorkerLife} life
   * @param {RequestLog} log
   */
  constructor(world, life, log) {
    this.#world = world;
    this.#life = life;
    this.#log = log;
    life.mourners.add(() => this.end('client left'));
  }

  /** @param {Parameters<RequestLog['begin']>[0]} asked */
  begin(asked) {
    this.#entry = this.#log.begin(asked);
  }

  /** @param {Plan} plan */
  answered({ status, sent }) {
    if (this.#entry) this.#log.update(this.#entry, { status, sent, isReceived: true });
  }

  /** @param {number} bytes */
  count(bytes) {
    if (!this.#entry) return;
    this.#log.update(this.#entry, { bytesWritten: this.#entry.bytesWritten + bytes });
  }

  /** @param {'complete' | 'cut' | 'client left'} outcome */
  end(outcome) {
    if (!this.#entry || this.#entry.endedAt !== null) return;
    this.#log.update(this.#entry, {
      cut: outcome === 'cut',
      complete: outcome === 'complete',
      endedAt: this.#world.scheduler.now,
    });
    this.onEnd(outcome, this.#entry.bytesWritten);
  }

  /** The client has had enough. */
  leave() {
    this.#hasLeft = true;
    this.end('client left');
    this.#giveUp(abortError());
  }

  /**
   * @param {number} ms  Infinity: for ever.
   * @returns {Promise<void>} Rejects when the client leaves.
   */
  wait(ms) {
    return new Promise((resolve, reject) => {
      if (this.#hasLeft) return reject(abortError());
      this.#giveUp = reject;
      if (ms < Infinity) this.#life.later(ms, () => resolve());
    });
  }
}

/** @param {URL} url */
function nameOf(url) {
  return decodeURIComponent(url.pathname.slice('/bytes/'.length));
}

/** @param {Plan} plan */
function mayBeCached({ status, headers }) {
  return status === 200 && /max-age/.test(headers['Cache-Control']);
}

/** @param {Plan} plan */
function isResumable({ status, headers, raw }) {
  return status === 200 && raw === null && headers['Accept-Ranges'] === 'bytes' &&
    headers['Content-Length'] !== undefined && validatorOf(headers) !== undefined;
}

/** @param {Record<string, string>} headers */
function validatorOf(headers) {
  return headers.ETag ?? headers['Last-Modified'];
}

/**
 * The headers that ask for what a copy lacks.
 *
 * @param {PartialCopy} part
 */
function restOf({ plan, bytes }) {
  return { 'range': `bytes=${bytes}-`, 'if-range': validatorOf(plan.headers) };
}

/**
 * A 206 is held to nothing but the length of the whole.
 *
 * @param {PartialCopy} part
 * @param {Plan} rest
 * @returns {Plan}
 */
function glue({ plan, bytes }, rest) {
  const { length } = plan.body;
  const total = /\/(\d+)$/.exec(rest.headers['Content-Range'] ?? '')?.[1];
  if (total && Number(total) !== length) throw new TypeError('The content is corrupted.');
  const content = Buffer.concat([
    bytesOf(plan.body, 0, bytes), bytesOf(rest.body, 0, length - bytes),
  ]);
  const cuts = rest.body.cuts.map((cut) => ({ ...cut, afterBytes: cut.afterBytes + bytes }));
  return { ...rest, status: 200, headers: plan.headers, body: { ...rest.body, length, content, cuts } };
}

/**
 * Throws where no head arrives that a browser would take.
 *
 * @param {Trip} trip
 * @param {Plan} plan
 */
async function checkHead(trip, { raw, headers }) {
  if (raw && raw.cutAt < Infinity) {
    if (raw.end === 'silence') await trip.wait(Infinity);
    trip.end('cut');
    throw new TypeError('The connection was cut in the head.');
  }
  const length = headers['Content-Length'];
  const isAbsurd = length !== undefined && !/^\d{1,16}$/.test(length);
  const isTooLong = Object.values(headers).join('').length > kHeadBytesMax;
  if (raw?.version === 'none' || raw?.extraLine || isAbsurd || isTooLong) {
    trip.end('client left');
    throw new TypeError('A head that is none.');
  }
}

/**
 * The CORS check.
 *
 * @param {FakeRequest} request
 * @param {URL} url
 * @param {Plan} plan
 */
function checkShared({ credentials }, url, { headers }) {
  if (url.origin === kOwnOrigin) return;
  const allowed = headers['Access-Control-Allow-Origin'];
  const isAllowed = credentials === 'include'
    ? allowed === kOwnOrigin && headers['Access-Control-Allow-Credentials'] === 'true'
    : allowed === kOwnOrigin || allowed === '*';
  if (!isAllowed) throw new TypeError('CORS refuses it.');
}

/**
 * @param {Trip} trip
 * @param {Plan} plan
 * @param {{url: URL, isTainted: boolean, isRedirected: boolean}} way
 */
function makeResponse(trip, plan, { url, isTainted, isRedirected }) {
  const exposed = (plan.headers['Access-Control-Expose-Headers'] ?? '').toLowerCase().split(/, */);
  const isShown = (/** @type {string} */ name) =>
    !isTainted || kShownHeaders.includes(name) || exposed.includes(name);
  const headers = Object.entries(plan.headers).filter(
    ([name]) => isShown(name.toLowerCase()) && name !== 'Set-Cookie',
  );
  const body = new Body(trip, plan);
  const response = FakeResponse.fromNetwork(body, { status: plan.status, headers }, url.href);
  response.type = isTainted ? 'cors' : 'basic';
  response.redirected = isRedirected;
  return response;
}

/** A body on its way, as HTTP frames it and the browser decodes it. */
class Body {
  #trip;
  #plan;
  #cuts;
  #offset = 0;
  /** @type {Uint8Array | null} What is left of a decoded body. */
  #decoded = null;

  /**
   * @param {Trip} trip
   * @param {Plan} plan
   */
  constructor(trip, plan) {
    this.#trip = trip;
    this.#plan = plan;
    this.#cuts = [...plan.body.cuts].sort((a, b) => a.afterBytes - b.afterBytes);
  }

  /** As blob() and arrayBuffer() read it. */
  async whole() {
    const begin = this.#offset;
    if (!this.#coding) {
      while (await this.#advance(Infinity));
      const { content } = this.#plan.body;
      if (Buffer.isBuffer(content)) return new FakeBlob([content.subarray(0, this.#offset)]);
      const first = content.begin + begin;
      return FakeBlob.of([{ salt: content.seed, begin: first, end: first + this.#offset - begin }]);
    }
    return new FakeBlob([await this.#decode()]);
  }

  /** As a stream's reader does. */
  async read() {
    if (!this.#coding) {
      const begin = this.#offset;
      if (!(await this.#advance(kReadBytesMax))) return { done: true };
      const { body } = this.#plan;
      return { done: false, value: new Uint8Array(bytesOf(body, begin, this.#offset - begin)) };
    }
    this.#decoded ??= await this.#decode();
    if (this.#decoded.length === 0) return { done: true };
    const value = this.#decoded.subarray(0, kReadBytesMax);
    this.#decoded = this.#decoded.subarray(value.length);
    return { done: false, value };
  }

  get #coding() {
    return this.#plan.headers['Content-Encoding'];
  }

  /** @returns {Promise<Uint8Array>} */
  async #decode() {
    while (await this.#advance(Infinity));
    const decode = kDecoders[/** @type {keyof typeof kDecoders} */ (this.#coding)];
    try {
      return new Uint8Array(decode(bytesOf(this.#plan.body, 0, this.#offset)));
    } catch {
      throw new TypeError('The body cannot be decoded.');
    }
  }

  /**
   * @param {number} most
   * @returns {Promise<boolean>} False: the body has ended. Rejects when it breaks off.
   */
  async #advance(most) {
    const { body, headers, raw } = this.#plan;
    const isSized = headers['Content-Length'] !== undefined;
    const declared = isSized ? Number(headers['Content-Length']) : Infinity;
    while (this.#cuts.length > 0 && this.#cuts[0].afterBytes <= this.#offset) {
      const cut = /** @type {import('../server/body-writer.mjs').Cut} */ (this.#cuts.shift());
      if (this.#offset < declared && cut.permits()) return this.#breakOff(cut.end);
    }
    if (this.#offset >= Math.min(body.length, declared)) {
      this.#trip.end('complete');
      // The end of the connection, before the end that was declared.
      if (isSized && this.#offset < declared) throw new TypeError('The body ended early.');
      return false;
    }
    const end = Math.min(
      this.#offset + most, body.length, declared, this.#cuts[0]?.afterBytes ?? Infinity);
    const bytes = end - this.#offset;
    await this.#trip.wait(bytes / Math.min(kSpeed, body.bytesPerSecond / 1000));
    this.#offset = end;
    this.#trip.count(bytes);
    return bytes > 0 || raw === null;
  }

  /** @param {import('../server/body-writer.mjs').Cut['end']} how */
  async #breakOff(how) {
    if (how === 'silence') await this.#trip.wait(Infinity);
    this.#trip.end('cut');
    const { headers, raw } = this.#plan;
    // Without a length, closing the connection ends a body of HTTP/1.0.
    const isEnd = how === 'close' && raw?.version === '1.0' && !headers['Content-Length'];
    if (!isEnd) throw new TypeError('The connection was cut.');
    this.#plan.body.length = this.#offset;
    return false;
  }
}

function abortError() {
  return new DOMException('The operation was aborted.', 'AbortError');
}
