/**
 * What was asked of the generated bodies, and how many bytes of each answer
 * were handed to the operating system.
 *
 * An entry is there from the moment its request arrives and is brought up to
 * date as the answer goes out. Bytes in the kernel's buffers count as written:
 * a client may have received fewer, never more.
 */

import { kPatienceMs } from './deadline.mjs';
import { Waiters } from './waiters.mjs';

/**
 * @typedef {object} LogEntry
 * @property {string} name  of the body
 * @property {string} url  path and query
 * @property {string} method
 * @property {string | null} range  the Range header
 * @property {string | null} ifRange
 * @property {boolean} isReceived  all of the request has arrived, its body too
 * @property {import('./http-range.mjs').ByteRange | null} sent
 *   bytes of the body that the answer promised; null: an answer without them
 * @property {number} status  0 until there is a head
 * @property {number} bytesWritten  of the answer's body
 * @property {boolean} cut  we dropped the connection on purpose
 * @property {boolean} complete  the whole answer was written
 * @property {number} startedAt  ms since the epoch
 * @property {number | null} endedAt
 */

export class RequestLog {
  /** @type {LogEntry[]} */
  entries = [];
  #waiters = new Waiters();

  /** @param {Pick<LogEntry, 'name' | 'url' | 'method' | 'range' | 'ifRange'>} asked */
  begin(asked) {
    /** @type {LogEntry} */
    const entry = {
      ...asked,
      isReceived: false,
      sent: null,
      status: 0,
      bytesWritten: 0,
      cut: false,
      complete: false,
      startedAt: Date.now(),
      endedAt: null,
    };
    this.entries.push(entry);
    this.#waiters.notify();
    return entry;
  }

  /**
   * @param {LogEntry} entry
   * @param {Partial<LogEntry>} changes
   */
  update(entry, changes) {
    Object.assign(entry, changes);
    this.#waiters.notify();
  }

  /** @param {string} name */
  for(name) {
    return this.entries.filter((entry) => entry.name === name);
  }

  /** @param {string} name */
  bytesWritten(name) {
    return this.for(name).reduce((sum, entry) => sum + entry.bytesWritten, 0);
  }

  /**
   * The entries of `name` once `condition` holds for them.
   *
   * @param {string} name
   * @param {(entries: LogEntry[]) => boolean} condition
   * @param {number} [timeoutMs]
   */
  async until(name, condition, timeoutMs = kPatienceMs) {
    await this.#waiters.until(
      () => condition(this.for(name)),
      timeoutMs,
      () => `the server's log of ${name} is ${JSON.stringify(this.for(name), null, 1)}`,
    );
    return this.for(name);
  }
}
