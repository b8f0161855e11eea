/**
 * `/bytes/<name>?size=N&seed=S&…`: a well-behaved HTTP server for bodies made
 * from a seed, and whatever the switches turn it into.
 */

import { setTimeout as pause } from 'node:timers/promises';

import { Answers, readRequest } from './answers.mjs';
import { dropConnection, endConnection, writeBody } from './body-writer.mjs';
import { rawHead } from './raw-answer.mjs';
import { RequestLog } from './request-log.mjs';
import { findUnknown } from './switchboard.mjs';

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {import('./switches.mjs').Asked} Asked
 * @typedef {import('./switches.mjs').Plan} Plan
 * @typedef {import('./request-log.mjs').LogEntry} LogEntry
 */

export class GeneratedBodies {
  log = new RequestLog();
  #answers = new Answers();
  /** @type {Map<ServerResponse, string>} */
  #running = new Map();

  /** @param {import('./switches.mjs').Origins} origins  Where redirects go. */
  setOrigins(origins) {
    this.#answers.origins = origins;
  }

  /**
   * @param {string} name
   * @param {string} query
   */
  setSwitches(name, query) {
    this.#answers.switchboard.set(name, query);
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
    const parameters = this.#answers.switchboard.parameters(name, url.searchParams);
    const problem = findUnknown(parameters);
    if (problem) {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(`${problem}\n`);
      return;
    }
    const othersRunning = [...this.#running.values()].filter((each) => each === name).length;
    const method = request.method ?? '';
    const asked = readRequest(
      method, new URL(url.pathname + url.search, `http://${request.headers.host}`),
      request.headers, othersRunning,
    );
    const { range = null, ifRange = null } = asked;
    const entry = this.log.begin({
      name, url: url.pathname + url.search, method, range, ifRange,
    });
    const plan = this.#answers.plan(name, parameters, asked, Date.now());

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
    // A test that has ended does not wait for what nobody waits for any more.
    if (plan.delayMs > 0) await pause(plan.delayMs, undefined, { ref: false });
    if (response.destroyed) return 'client left';
    this.log.update(entry, { status: plan.status, sent: plan.sent });
    if (plan.raw) return this.#sendRaw(response, plan, entry);
    if (plan.hintsEarly) response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.writeHead(plan.status, plan.headers);
    if (asked.method === 'HEAD') {
      response.end();
      return 'complete';
    }
    response.flushHeaders();
    return writeBody(response, plan.body, (bytes) => this.#count(entry, bytes));
  }

  /**
   * Past Node's own HTTP, which knows nothing of it: the connection ends with it.
   *
   * @param {ServerResponse} response
   * @param {Plan} plan
   * @param {LogEntry} entry
   */
  async #sendRaw(response, plan, entry) {
    const { socket } = response.req;
    const head = rawHead(plan);
    if (head.length > 0) await new Promise((resolve) => socket.write(head, () => resolve(null)));
    const { cutAt, end } = /** @type {import('./raw-answer.mjs').RawHead} */ (plan.raw);
    if (cutAt < Infinity) {
      await endConnection(response, end);
      return 'cut';
    }
    return writeBody(response, plan.body, (bytes) => this.#count(entry, bytes), socket);
  }

  /**
   * @param {LogEntry} entry
   * @param {number} bytes
   */
  #count(entry, bytes) {
    this.log.update(entry, { bytesWritten: entry.bytesWritten + bytes });
  }
}

/**
 * A preflight is answered here too: every method and header is allowed, unless
 * the URL says `preflight=no`.
 *
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {URL} url
 */
export function answerPreflight(request, response, url) {
  if (url.searchParams.get('preflight') === 'no') {
    response.writeHead(403).end();
    return;
  }
  allowOrigin(request, response);
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST');
  const headers = request.headers['access-control-request-headers'];
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
