// Request and Response, as far as js/service-worker and js/shared use them.

import { FakeBlob } from './fake-blob.mjs';

export class FakeRequest {
  /** @type {string} */
  #url;

  /** @param {string | FakeRequest} input @param {any} [init] */
  constructor(input, init = {}) {
    const from = /** @type {any} */ (typeof input === 'string' ? {} : input);
    this.#url = typeof input === 'string' ? new URL(input).href : input.url;
    this.method = init.method ?? from.method ?? 'GET';
    this.headers = new Headers(init.headers ?? from.headers);
    this.cache = init.cache ?? from.cache ?? 'default';
    this.credentials = init.credentials ?? from.credentials ?? 'same-origin';
    this.redirect = init.redirect ?? from.redirect ?? 'follow';
    this.body = init.body ?? from.body ?? null;
    this.signal = init.signal ?? from.signal ?? new AbortController().signal;
  }

  get url() {
    return this.#url;
  }
}

/**
 * @typedef {object} BodySource  How a body arrives.
 * @property {() => Promise<FakeBlob>} whole
 * @property {() => Promise<{done: boolean, value?: Uint8Array}>} read
 */

export class FakeResponse {
  type = 'default';
  url = '';
  redirected = false;
  /** @type {BodySource} */
  #source;

  /** @param {FakeBlob | ArrayBuffer | null} body @param {any} [init] */
  constructor(body, { status = 200, statusText = '', headers = [] } = {}) {
    this.status = status;
    this.statusText = statusText;
    this.headers = new Headers(headers);
    this.#source = {
      whole: async () => new FakeBlob(body === null ? [] : [body]),
      read: async () => ({ done: true }),
    };
  }

  /** @param {BodySource} source @param {any} init @param {string} url */
  static fromNetwork(source, init, url) {
    const response = new FakeResponse(null, init);
    response.#source = source;
    response.type = 'basic';
    response.url = url;
    return response;
  }

  static error() {
    return Object.assign(new FakeResponse(null), { type: 'error', status: 0 });
  }

  get body() {
    return { getReader: () => ({ read: () => this.#source.read() }) };
  }

  async blob() {
    return this.#source.whole();
  }

  async arrayBuffer() {
    return (await this.#source.whole()).arrayBuffer();
  }
}
