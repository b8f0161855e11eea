/** A page of an origin, the worker over it, and background fetches from one to the other. */

import { kScope, openPage, updateWorker } from '../browser/fetching.mjs';
import { slugOf } from './judge.mjs';

/** Every row ends. On a machine that does nothing else the slowest takes some seconds. */
const kRowTimeoutMs = 90_000;

/**
 * @typedef {import('../browser/driver.mjs').Browser} Browser
 * @typedef {import('../browser/driver.mjs').Page} Page
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 * @typedef {import('../server/reports.mjs').Report} Report
 * @typedef {import('./rows/row.mjs').Row} Row
 */

/** A worker that starts on a busy machine has answered by then, most of the time. */
const kHearAgainMs = 3_000;

/** So that no two runs of a row share an id. */
let lastRun = 0;

/** Of the worker's script. */
let lastVersion = 0;

export class Lane {
  #browser;
  #origin;
  #reports;
  /** @type {Page | null} */
  #page = null;
  /** The worker's version that pages register: never an older one again. */
  #script = '/pages/faults-sw.js';

  /**
   * @param {Browser} browser
   * @param {TestServer} driver  The server whose orders the browser hears.
   * @param {{origin: string}} server
   */
  constructor(browser, driver, { origin }) {
    this.#browser = browser;
    this.#reports = driver.reports;
    this.#origin = origin;
  }

  get page() {
    if (!this.#page) throw new Error('the lane is not open');
    return this.#page;
  }

  async open() {
    this.#page = await openPage(
      this.#browser, this.#script, `${this.#origin}/pages/orders.html`);
  }

  /**
   * A row without an outcome has failed; without a page, no row after it could do else.
   *
   * @param {Error} error  of the row
   */
  endIfLost(error) {
    if (!this.page.isThere) throw error;
  }

  async close() {
    await this.#page?.close();
    this.#page = null;
  }

  /** A new tab, and then the old one goes. */
  async replacePage() {
    const old = this.page;
    await this.open();
    await old.close();
  }

  /** The worker is replaced by another version of its script, mid-way. */
  async replaceWorker() {
    lastVersion += 1;
    this.#script = `/pages/faults-sw.js?version=${lastVersion}`;
    await updateWorker(this.page, this.#script, 'activated');
  }

  /** @param {string} mode  of time in the worker: see pages/faults-sw.js */
  async hurry(mode) {
    await this.page.run(hurry, { scope: kScope, mode, againMs: kHearAgainMs });
  }

  /** @param {string} id */
  async isActive(id) {
    return this.page.run(async ({ scope, id }) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      return (await registration?.backgroundFetch.getIds() ?? []).includes(id);
    }, { scope: kScope, id });
  }

  /**
   * @param {string[]} urls
   * @param {Row} row
   * @returns {Promise<string>} The id, once fetch() has resolved.
   */
  async startAt(urls, row) {
    lastRun += 1;
    const id = `${slugOf(row.name)}-${lastRun}`;
    await this.hurry(row.waits ?? '');
    await this.page.run(startFetch, {
      scope: kScope, id, urls, init: row.request ?? {}, downloadTotal: row.downloadTotal ?? 0,
    });
    return id;
  }

  /**
   * @param {string} id
   * @returns {Promise<{told: string, report: Report}>} What a page was told, and the worker.
   */
  async untilEnd(id) {
    const [told, report] = await Promise.all([
      this.page.run(untilResult, id, { timeoutMs: kRowTimeoutMs }),
      this.#reports.next(
        (each) => each.kind.startsWith('backgroundfetch') && each.id === id, kRowTimeoutMs),
    ]);
    return { told, report };
  }
}

// --- In the page -------------------------------------------------------------

/**
 * A worker that is being replaced may not hear it: the one after it is told again.
 *
 * @param {{scope: string, mode: string, againMs: number}} argument
 */
async function hurry({ scope, mode, againMs }) {
  for (let isHeard = false; !isHeard;) {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise((resolve) => {
      port1.onmessage = () => resolve(true);
    });
    registration?.active?.postMessage({ hurry: mode }, [port2]);
    const waited = new Promise((resolve) => setTimeout(() => resolve(false), againMs));
    isHeard = /** @type {boolean} */ (await Promise.race([answered, waited]));
    port1.close();
  }
}

/**
 * @param {{scope: string, id: string, urls: string[], init: object, downloadTotal: number}} argument
 */
async function startFetch({ scope, id, urls, init, downloadTotal }) {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  if (!registration) throw new Error('the registration has gone');
  const requests = urls.map((url) => new Request(url, init));
  const fetching = await registration.backgroundFetch.fetch(
    id, /** @type {any} */ (requests), { downloadTotal });
  const page = /** @type {any} */ (self);
  page.fetching = { ...page.fetching, [id]: fetching };
}

/** @param {string} id @returns {Promise<string>} */
async function untilResult(id) {
  const { fetching } = /** @type {any} */ (self);
  const registration = fetching[id];
  while (registration.result === '') {
    await new Promise((resolve) => {
      registration.addEventListener('progress', resolve, { once: true });
    });
  }
  delete fetching[id];
  return registration.failureReason || registration.result;
}
