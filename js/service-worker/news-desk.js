/**
 * NewsDesk: answers the `next` questions that pages keep open.
 *
 * It also knows who is listening: an outcome must be known to pages before its
 * event starts, so the engine waits until all have come back for more.
 */

import { kNextAnswerMs } from '../shared/messages.js';
import { Alarm, now } from './clock.js';

/** @typedef {import('../shared/messages.js').News} News */
/** @typedef {import('../shared/messages.js').Questions} Questions */
/** @typedef {import('./host.js').Host} Host */
/** @typedef {import('./session.js').Session} Session */

/**
 * A page asks again at once. One that has not by then is closed or frozen; the
 * engine waits for it no longer than this either.
 */
const kReturnMs = 1_000;

/**
 * @typedef {object} Asker
 * @property {number} known  The announcement that it had taken when it asked.
 * @property {number} presentUntil  Infinity: its question is open.
 */

export class NewsDesk {
  #host;
  /** @type {Map<string, Asker>} By client id. */
  #askers = new Map();
  /** How many questions there were. */
  #asked = 0;
  /** @type {Set<() => void>} Who waits for the next announcement. */
  #waiting = new Set();
  /** The newest announcement that must be heard and has not been; 0: none. */
  #unheard = 0;

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    host.watch((sequence, mustBeHeard) => {
      if (mustBeHeard) this.#unheard = sequence;
      this.#endWaiting();
      this.#checkHeard();
    });
    host.onFenced = () => this.#endWaiting();
  }

  /**
   * A page that has just been told of a fetch: it is about to ask for its news,
   * and its outcome must not overtake that question.
   *
   * @param {string} client  '' is nobody who could ask.
   */
  expect(client) {
    if (client === '' || this.#askers.get(client)?.presentUntil === Infinity) return;
    this.#askers.set(client, { known: 0, presentUntil: now() + kReturnMs });
  }

  /**
   * @param {string} client
   * @param {Questions['next']['ask']} question
   * @returns {Promise<News>}
   */
  async next(client, question) {
    this.#asked += 1;
    const ready = await this.#readyInTime();
    // There may be work, but another worker does it.
    if (!ready) return noNews(question, true);
    const { session } = ready;
    if (!session) return noNews(question, false);
    const known = this.#knownTo(question);
    const asker = { known, presentUntil: Infinity };
    this.#askers.set(client, asker);
    this.#checkHeard();
    // Where there is no work there will be no news.
    if (session.query((engine) => engine.sequence() <= known && engine.isWorking())) {
      await this.announcement(now() + kNextAnswerMs);
    }
    asker.presentUntil = now() + kReturnMs;
    return this.#tell(question);
  }

  /**
   * Resolves when nothing is worked on, or when a page is there again to keep
   * the worker alive.
   */
  async last() {
    const asked = this.#asked;
    while (this.#asked === asked && (await this.#isWorking())) {
      await this.announcement(now() + kNextAnswerMs);
    }
  }

  /**
   * @param {number} timeoutMs
   * @returns {Promise<boolean>} False: the time was over before the work was.
   */
  async workEnds(timeoutMs) {
    const deadline = now() + timeoutMs;
    while (await this.#isWorking()) {
      if (now() >= deadline) return false;
      await this.announcement(Math.min(deadline, now() + kNextAnswerMs));
    }
    return true;
  }

  async #isWorking() {
    await this.#host.readyIfAny();
    // Where no page is left, nobody else looks whether the network is back.
    return this.#host.wake();
  }

  /** @param {Questions['next']['ask']} question */
  #knownTo({ epoch, since }) {
    return epoch === this.#host.epoch ? since : 0;
  }

  /**
   * @param {Questions['next']['ask']} question
   * @returns {Promise<News>}
   */
  async #tell(question) {
    // Another one, if the engine has crashed in the meantime.
    const session = await this.#host.readyIfAny();
    if (!session) return noNews(question, false);
    return session.query((engine) => ({
      epoch: this.#host.epoch,
      sequence: engine.sequence(),
      working: engine.isWorking(),
      changes: engine.changesSince(this.#knownTo(question)),
      gone: question.watching.filter((uid) => engine.snapshot(uid) === null),
    }));
  }

  /**
   * @returns {Promise<{session: Session | null} | null>} Null: the lock is with
   *   another worker. Without a session: nothing is stored.
   */
  #readyInTime() {
    return new Promise((resolve, reject) => {
      const alarm = new Alarm(() => resolve(null));
      alarm.set(now() + kNextAnswerMs);
      this.#host
        .readyIfAny()
        .then((session) => resolve({ session }), reject)
        .finally(() => alarm.set(Infinity));
    });
  }

  /**
   * @param {number} until
   * @returns {Promise<void>} Resolves at the next announcement, and not after `until`.
   */
  announcement(until) {
    return new Promise((resolve) => {
      const stopWaiting = () => {
        alarm.set(Infinity);
        this.#waiting.delete(stopWaiting);
        resolve();
      };
      const alarm = new Alarm(stopWaiting);
      alarm.set(until);
      this.#waiting.add(stopWaiting);
    });
  }

  #endWaiting() {
    for (const stopWaiting of this.#waiting) stopWaiting();
  }

  #checkHeard() {
    for (const [client, { presentUntil }] of this.#askers) {
      if (presentUntil < now()) this.#askers.delete(client);
    }
    const sequence = this.#unheard;
    if (sequence === 0) return;
    for (const { known } of this.#askers.values()) if (known < sequence) return;
    this.#unheard = 0;
    this.#host.feed((engine, time) => engine.announced(sequence, time));
  }
}

/**
 * @param {Questions['next']['ask']} question
 * @param {boolean} working  False: there is nothing that could be watched.
 * @returns {News}
 */
function noNews({ epoch, since, watching }, working) {
  return { epoch, sequence: since, working, changes: [], gone: working ? [] : watching };
}
