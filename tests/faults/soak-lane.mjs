/** A lane whose tabs close and whose browser is killed while rows run in it. */

import { Lane } from './lane.mjs';
import { prepareRow } from './in-browser.mjs';

/** As in the matrix, and a cold start of a browser on top. */
const kEndTimeoutMs = 150_000;

/**
 * @typedef {import('./rows/row.mjs').Row} Row
 * @typedef {import('./judge.mjs').Seen} Seen
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 */

export class SoakLane {
  #lane;
  #server;
  #reports;

  /**
   * @param {import('../browser/driver.mjs').Browser} browser
   * @param {TestServer} driver
   * @param {TestServer} server  the lane's own
   */
  constructor(browser, driver, server) {
    this.#lane = new Lane(browser, driver, server);
    this.#server = server;
    this.#reports = driver.reports;
  }

  async open() {
    await this.#lane.open();
  }

  async reopen() {
    await this.#lane.replacePage();
  }

  async close() {
    await this.#server.close();
  }

  /** @param {Row} row @returns {Promise<string>} The id, once fetch() has resolved. */
  async start(row) {
    const { urls } = await prepareRow(this.#lane, this.#server, row);
    return this.#lane.startAt(urls, row);
  }

  /**
   * @param {Row} row
   * @param {'nothing' | 'the tab is closed' | 'the worker is replaced'} event  what happens midway
   * @returns {Promise<Seen>}
   */
  async run(row, event) {
    const id = await this.start(row);
    if (event === 'the tab is closed') {
      // Another tab of the site is there before the one that began it goes.
      await this.#lane.replacePage();
      return this.untilEnd(row, id);
    }
    if (event === 'the worker is replaced') {
      await this.#lane.replaceWorker();
      await this.#lane.hurry(row.waits ?? '');
    }
    const { told, report } = await this.#lane.untilEnd(id);
    return seen(report, told);
  }

  /**
   * The worker's word counts; pages that come later only see that it is over.
   *
   * @param {Row} row
   * @param {string} id
   * @returns {Promise<Seen>}
   */
  async untilEnd(row, id) {
    await this.#lane.hurry(row.waits ?? '');
    const report = await this.#reports.next(
      (each) => each.kind.startsWith('backgroundfetch') && each.id === id, kEndTimeoutMs);
    const isActive = await this.#lane.isActive(id);
    return seen(report, isActive ? 'that it goes on' : report.failureReason || report.result);
  }
}

/**
 * @param {import('../server/reports.mjs').Report} report
 * @param {string} told
 * @returns {Seen}
 */
function seen({ result, failureReason, records }, told) {
  return { outcome: failureReason || result, told, records, requests: 0, bytes: 0 };
}
