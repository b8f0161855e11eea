/**
 * `/bytes/<name>?size=N&seed=S&…`: a well-behaved HTTP server for bodies made
 * from a seed, and whatever the switches turn it into.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { dropConnection, writeBody } from './body-writer.mjs';
import { bytesAt } from './generated-bytes.mjs';
import { formatContentRange, resolveRange } from './http-range.mjs';
import { RequestLog } from './request-log.mjs';
import { findUnknown, Switchboard } from './switchboard.mjs';

/** Any fixed time will do; it must lie in the past. */
const kLastModified = 'Tue, 04 Mar 2025 05:06:07 GMT';

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {import('./switches.mjs').Asked} Asked
 * @typedef {import('./switches.mjs').Representation} Representation
 * @typedef {import('./switches.mjs').Plan} Plan
 * @typedef {import('./request-log.mjs').LogEntry} LogEntry
 */

export class GeneratedBodies {
  log = new RequestLog();
  #switchboard = new Switchboard();
  /** @type {Map<ServerResponse, string>} */
  #running = new Map();

  /**
   * @param {string} name
   * @param {string} query
   */
  setSwitches(name, query) {
    this.#switchboard.set(name, query);
  }

  /**
   * Drops the connections on which `name` is being sent now.
   *
   * @param {string} name
   */
  dropConnections(name) {
    for (const [response, runningName] of this.#running) {
      if (runningName === name) dropConnection(response, false);
    }
  }

  /**
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {URL} url
   */
  async answer(request, response, url) {
    const name = decodeURIComponent(url.pathname.slice('/bytes/'.length));
    const parameters = this.#switchboard.parameters(name, url.searchParams);
    const problem = findUnknown(parameters);
    if (problem) {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(`${problem}\n`);
      return;
    }
    if (parameters.get('cors') === '1') allowOrigin(request, response);
    const entry = this.log.begin({
      name,
      url: url.pathname + url.search,
      method: request.method ?? '',
      range: request.headers.range ?? null,
      ifRange: singleHeader(request, 'if-range') ?? null,
    });
    const asked = readRequest(request);
    const representation = describe(parameters);
    this.#switchboard.changeRepresentation(name, parameters, asked, representation);
    const plan = choosePlan(asked, representation);
    this.#switchboard.changeAnswer(name, parameters, asked, plan);

    this.#running.set(response, name);
    const isReceived = await receive(request, plan.intakeBytesPerSecond);
    this.log.update(entry, { isReceived });
    const outcome = isReceived
      ? await this.#send(response, asked, plan, entry)
      : 'client left';
    this.#running.delete(response);
    this.log.update(entry, {
      cut: outcome === 'cut',
      complete: outcome === 'complete',
      endedAt: Date.now(),
    });
  }

  /**
   * @param {ServerResponse} response
   * @param {Asked} asked
   * @param {Plan} plan
   * @param {LogEntry} entry
   */
  async #send(response, asked, plan, entry) {
    if (plan.delayMs > 0) await pause(plan.delayMs);
    if (response.destroyed) return 'client left';
    this.log.update(entry, { status: plan.status, sent: plan.sent });
    response.writeHead(plan.status, plan.headers);
    if (asked.method === 'HEAD') {
      response.end();
      return 'complete';
    }
    response.flushHeaders();
    return writeBody(response, plan.body, (bytes) => {
      this.log.update(entry, { bytesWritten: entry.bytesWritten + bytes });
    });
  }
}

/**
 * A preflight is answered here too: every method and header is allowed.
 *
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 */
export function answerPreflight(request, response) {
  allowOrigin(request, response);
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST');
  const headers = singleHeader(request, 'access-control-request-headers');
  if (headers) response.setHeader('Access-Control-Allow-Headers', headers);
  response.writeHead(204).end();
}

/**
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 */
function allowOrigin(request, response) {
  const origin = request.headers.origin;
  if (origin) response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Vary', 'Origin');
}

/**
 * @param {IncomingMessage} request
 * @param {string} name
 */
function singleHeader(request, name) {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * @param {IncomingMessage} request
 * @returns {Asked}
 */
function readRequest(request) {
  return {
    method: request.method ?? 'GET',
    range: request.headers.range,
    ifRange: singleHeader(request, 'if-range'),
    acceptsGzip: /\bgzip\b/.test(singleHeader(request, 'accept-encoding') ?? ''),
  };
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
    gzip: false,
  };
}

/**
 * Reads the body of a request. What the client's kernel has taken arrives even
 * when the client has ended since.
 *
 * @param {IncomingMessage} request
 * @param {number} bytesPerSecond
 * @returns {Promise<boolean>} Whether all of it has arrived.
 */
async function receive(request, bytesPerSecond) {
  const startedAt = performance.now();
  let received = 0;
  try {
    for await (const piece of request) {
      received += piece.length;
      const aheadMs = (received / bytesPerSecond) * 1000 - (performance.now() - startedAt);
      if (aheadMs > 0) await pause(aheadMs);
    }
  } catch (error) {
    if (request.complete) throw error;
  }
  return request.complete;
}

/**
 * RFC 9110: the answer a sound server gives.
 *
 * @param {Asked} asked
 * @param {Representation} representation
 * @returns {Plan}
 */
function choosePlan(asked, representation) {
  const { size, contentType, etag, lastModified } = representation;
  const compress = representation.gzip && asked.acceptsGzip;
  const acceptsRanges = representation.ranges && !compress;
  const range = acceptsRanges && rangeApplies(asked, representation)
    ? resolveRange(asked.range, size)
    : null;

  /** @type {Record<string, string>} */
  const headers = { 'Content-Type': contentType };
  if (acceptsRanges) headers['Accept-Ranges'] = 'bytes';
  if (etag) headers.ETag = compress ? etag.replace(/"$/, '-gzip"') : etag;
  if (lastModified) headers['Last-Modified'] = lastModified;
  if (representation.gzip) headers.Vary = 'Accept-Encoding';

  if (range === 'unsatisfiable') {
    headers['Content-Range'] = `bytes */${size}`;
    return makePlan(416, headers, null, () => Buffer.alloc(0), 0);
  }
  if (compress) {
    headers['Content-Encoding'] = 'gzip';
    const bytes = gzipSync(bytesOf(representation, 0, size));
    return makePlan(200, headers, null, (offset, length) =>
      bytes.subarray(offset, offset + length), bytes.length);
  }
  const sent = range ?? { begin: 0, end: size };
  if (range) headers['Content-Range'] = formatContentRange(range, size);
  return makePlan(range ? 206 : 200, headers, sent, (offset, length) =>
    bytesOf(representation, sent.begin + offset, length), sent.end - sent.begin);
}

/**
 * @param {Representation} representation
 * @param {number} offset
 * @param {number} length
 */
function bytesOf({ seed, beginning }, offset, length) {
  const bytes = bytesAt(seed, offset, length);
  if (offset < beginning.length) beginning.copy(bytes, 0, offset);
  return bytes;
}

/**
 * @param {number} status
 * @param {Record<string, string>} headers
 * @param {Plan['sent']} sent
 * @param {(offset: number, length: number) => Buffer} read
 * @param {number} length
 * @returns {Plan}
 */
function makePlan(status, headers, sent, read, length) {
  headers['Content-Length'] = String(length);
  const body = { length, read, bytesPerSecond: Infinity, cuts: [] };
  return { intakeBytesPerSecond: Infinity, delayMs: 0, status, headers, sent, body };
}

/**
 * Range is defined for GET only; If-Range must match strongly and exactly.
 *
 * @param {Asked} asked
 * @param {Representation} representation
 */
function rangeApplies({ method, ifRange }, { etag, lastModified }) {
  if (method !== 'GET') return false;
  return ifRange === undefined || ifRange === etag || ifRange === lastModified;
}
