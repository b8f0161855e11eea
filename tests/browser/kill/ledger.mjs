/**
 * What pages and workers have told about each fetch, over all lives of a browser:
 * which final events began, how they ended, and which must not come again.
 */

/**
 * @typedef {import('../../server/server.mjs').TestServer} TestServer
 * @typedef {import('../../server/reports.mjs').Report} Report
 *
 * @typedef {object} Account
 * @property {number} deliveries  final events that have begun
 * @property {Report[]} outcomes  of those whose records were read to their end
 * @property {boolean} isAcknowledged
 */

const kKinds = ['aim', 'delivery', 'acknowledged', 'backgroundfetchsuccess',
  'backgroundfetchfail', 'backgroundfetchabort'];

export class Ledger {
  #reports;
  /** @type {Map<string, Account>} */
  #accounts = new Map();
  /** Events that began although an earlier one of that fetch was acknowledged. */
  duplicates = 0;
  /** Aims that were reached. */
  aims = 0;
  /** Records that were stored in packs when the last of them was. */
  recordsPacked = 0;

  /** @param {TestServer} server */
  constructor({ reports }) {
    this.#reports = reports;
  }

  /** @param {string} id */
  of(id) {
    let account = this.#accounts.get(id);
    if (!account) {
      account = { deliveries: 0, outcomes: [], isAcknowledged: false };
      this.#accounts.set(id, account);
    }
    return account;
  }

  /**
   * Reads reports until what they say fulfils the condition.
   *
   * @param {() => boolean} condition
   * @param {number} timeoutMs
   */
  async until(condition, timeoutMs) {
    const deadline = Date.now() + timeoutMs;
    while (!condition()) {
      this.#enter(await this.#reports.next(isOurs, Math.max(0, deadline - Date.now())));
    }
  }

  /**
   * Nothing of these is left to do: they must not come again.
   *
   * @param {string[]} ids
   */
  close(ids) {
    for (let report; (report = this.#reports.take(isOurs));) this.#enter(report);
    for (const id of ids) this.of(id).isAcknowledged = true;
  }

  /** @param {Report} report */
  #enter(report) {
    const { kind, id } = report;
    if (kind === 'aim') {
      this.aims += 1;
      this.recordsPacked = report.recordsPacked;
      return;
    }
    const account = this.of(id);
    if (kind === 'acknowledged') {
      account.isAcknowledged = true;
    } else if (kind === 'delivery') {
      if (account.isAcknowledged) this.duplicates += 1;
      account.deliveries += 1;
    } else {
      account.outcomes.push(report);
    }
  }
}

/** @param {Report} report */
function isOurs({ kind }) {
  return kKinds.includes(kind);
}
