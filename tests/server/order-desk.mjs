/**
 * Orders for pages: code to run, sent as server-sent events; results come back
 * by POST.
 *
 * A page is known by the id in its URL. Each document that shows under that id
 * names itself too, so that a navigation and the end of a page can be told
 * apart. A living document keeps its event stream open, and the browser closes
 * it when the document goes: that is how we hear of it. (With a long poll there
 * are moments without one, in which a page could vanish unheard.)
 */

import { Waiters } from './waiters.mjs';

/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * @typedef {object} Order
 * @property {number} number
 * @property {string} source  of a function
 * @property {unknown} argument
 *
 * @typedef {object} Result
 * @property {number} order
 * @property {boolean} ok
 * @property {unknown} [value]
 * @property {{name: string, message: string, stack: string}} [error]
 */

/** The other end of one page, at the server. */
export class PageLine {
  /** The document that listens now; null before the first and after the last. */
  document = /** @type {string | null} */ (null);
  changes = new Waiters();
  /** @type {Order[]} */
  #queue = [];
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  #open = new Map();
  /** @type {ServerResponse | null} */
  #stream = null;
  #ordersGiven = 0;

  /**
   * @param {string} source
   * @param {unknown} argument
   * @returns {Promise<any>}
   */
  give(source, argument) {
    const number = ++this.#ordersGiven;
    this.#queue.push({ number, source, argument });
    const result = new Promise((resolve, reject) => {
      this.#open.set(number, { resolve, reject });
    });
    this.#handOut();
    return result;
  }

  /**
   * @param {string} document
   * @param {ServerResponse} response
   */
  listen(document, response) {
    if (this.document !== document) this.#abandon('the page navigated away');
    this.document = document;
    this.#stream = response;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    response.once('close', () => {
      if (this.#stream === response) this.#leave();
    });
    this.#handOut();
    this.changes.notify();
  }

  /** @param {Result} result */
  settle({ order, ok, value, error }) {
    const waiting = this.#open.get(order);
    this.#open.delete(order);
    if (ok) waiting?.resolve(value);
    else waiting?.reject(makePageError(error));
  }

  #leave() {
    this.#stream = null;
    this.document = null;
    this.#abandon('the page has gone');
    this.changes.notify();
  }

  #handOut() {
    if (!this.#stream) return;
    for (const order of this.#queue.splice(0)) {
      this.#stream.write(`data: ${JSON.stringify(order)}\n\n`);
    }
  }

  /**
   * Orders that a document took with it; queued ones wait for the next.
   *
   * @param {string} reason
   */
  #abandon(reason) {
    const queued = new Set(this.#queue.map(({ number }) => number));
    for (const [number, { reject }] of this.#open) {
      if (queued.has(number)) continue;
      this.#open.delete(number);
      reject(new Error(reason));
    }
  }
}

export class OrderDesk {
  /** @type {Map<string, PageLine>} */
  #lines = new Map();

  /** @param {string} page */
  line(page) {
    let line = this.#lines.get(page);
    if (!line) {
      line = new PageLine();
      this.#lines.set(page, line);
    }
    return line;
  }
}

/** @param {Result['error']} error */
function makePageError(error) {
  const { name = 'Error', message = '', stack = '' } = error ?? {};
  const rebuilt = new Error(message);
  rebuilt.name = name;
  rebuilt.stack = `${name}: ${message}\n    in the page:\n${stack}`;
  return rebuilt;
}
