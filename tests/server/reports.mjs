/** What pages and workers tell the tests unasked. */

import { kPatienceMs } from './deadline.mjs';
import { Waiters } from './waiters.mjs';

/** How many reports an error message repeats. */
const kReportsShown = 10;

/** @typedef {Record<string, any>} Report  any JSON object */

export class Reports {
  /** @type {Report[]} */
  #waiting = [];
  #waiters = new Waiters();

  /** @param {Report} report */
  add(report) {
    this.#waiting.push(report);
    this.#waiters.notify();
  }

  /**
   * Takes the oldest report that fits and that nobody has taken.
   *
   * @param {(report: Report) => boolean} predicate
   * @param {number} [timeoutMs]
   * @returns {Promise<Report>}
   */
  next(predicate, timeoutMs = kPatienceMs) {
    return this.#waiters.until(
      () => /** @type {Report} */ (this.take(predicate)),
      timeoutMs,
      () => `no such report; the last ones:${this.describe()}`,
    );
  }

  /** The newest reports as text, for error messages. */
  describe() {
    const last = this.#waiting.slice(-kReportsShown);
    return last.map((report) => `\n  ${JSON.stringify(report).slice(0, 2000)}`).join('') || ' none';
  }

  /**
   * The same without waiting.
   *
   * @param {(report: Report) => boolean} predicate
   * @returns {Report | undefined}
   */
  take(predicate) {
    const index = this.#waiting.findIndex(predicate);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }
}
