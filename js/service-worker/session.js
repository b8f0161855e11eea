/**
 * Session: one engine and all that ends with it.
 *
 * Executes the engine's commands in order, feeds back what came of them, and
 * wakes it when it wants. Decides nothing: which bytes, when again and what it
 * all means is the engine's.
 */

import { toError } from '../shared/errors.js';
import { isAssertion } from './assertion.js';
import { Alarm, now } from './clock.js';
import { StorageError } from './database.js';
import { Network } from './network.js';

/** @typedef {import('../../bindings/engine.js').ChunkOwner} ChunkOwner */
/** @typedef {import('../../bindings/engine.js').Command} Command */
/** @typedef {import('../../bindings/engine.js').Engine} Engine */
/** @typedef {import('../../bindings/engine.js').Turn} Turn */
/** @typedef {import('./body-store.js').BodyStore} BodyStore */
/** @typedef {import('./reserve.js').Reserve} Reserve */

/** @typedef {(engine: Engine, now: number) => Turn | null} EngineEvent  Null: it was refused. */
/** @typedef {(token: number, engine: Engine, now: number) => Turn} TokenEvent */

/**
 * @typedef {object} Observer
 * @property {(sequence: number, mustBeHeard: boolean) => void} announce
 * @property {(uid: string, event: 'success' | 'fail' | 'abort') => Promise<boolean>} deliver
 *   Resolves when the lifetime of the event has ended: whether it was held.
 *   Never rejects.
 * @property {(error: unknown) => void} crashed  The engine is not to be used any more.
 * @property {() => void} fed  It has been told something.
 */

/**
 * @typedef {object} TokenHolder
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {boolean} isRefusable
 */

export class Session {
  #engine;
  #traced;
  #journal;
  #store;
  #reserve;
  #observer;
  #network;
  #alarm = new Alarm(() => {
    this.#alarmAt = Infinity;
    this.feed((engine, time) => engine.tick(time));
  });
  #alarmAt = Infinity;
  #isEmpty = false;
  /** @type {EngineEvent[]} */
  #events = [];
  #isFeeding = false;
  /** @type {Error | null} What ended it. */
  #end = null;
  /** @type {Map<number, TokenHolder>} Who waits for an answer of the engine. */
  #tokens = new Map();
  #lastToken = 0;
  /** The last deletion of a generation. */
  #deleted = Promise.resolve();

  /**
   * @param {object} parts
   * @param {Engine} parts.engine
   * @param {Engine} [parts.traced]  The same: what it is told and answers is noted.
   * @param {{sync: () => Promise<void>, close: () => Promise<void>}} parts.journal
   *   Closed with the session.
   * @param {BodyStore} parts.store
   * @param {Pick<Reserve, 'lendTo'>} parts.reserve
   * @param {Observer} parts.observer
   */
  constructor({ engine, traced = engine, journal, store, reserve, observer }) {
    this.#engine = engine;
    this.#traced = traced;
    this.#journal = journal;
    this.#store = store;
    this.#reserve = reserve;
    this.#observer = observer;
    this.#network = new Network(store, (event) => this.feed(event));
  }

  /** True after end(). */
  get isOver() {
    return this.#end !== null;
  }

  /** True while the engine knows of no fetch. */
  get isEmpty() {
    return this.#isEmpty;
  }

  /**
   * Tells the engine something and does what it wants done. Events that come
   * while commands are executed wait until all of them are. After the end
   * nobody is told anything.
   *
   * @param {EngineEvent} event
   */
  feed(event) {
    if (this.isOver) return;
    this.#events.push(event);
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    try {
      this.#feedAll();
    } catch (error) {
      this.#crash(error);
    } finally {
      this.#isFeeding = false;
    }
  }

  /**
   * Asks the engine something that changes nothing.
   *
   * @template Result
   * @param {(engine: Engine) => Result} question
   * @returns {Result}
   */
  query(question) {
    try {
      return question(this.#engine);
    } catch (error) {
      if (isAssertion(error)) this.#crash(error);
      throw error;
    }
  }

  /**
   * @param {TokenEvent} event
   * @param {boolean} [isRefusable]  Refused where there is no room for it.
   * @returns {Promise<any>} The answer that the engine gives to the token.
   */
  request(event, isRefusable = false) {
    if (this.#end) return Promise.reject(this.#end);
    this.#lastToken += 1;
    const token = this.#lastToken;
    return new Promise((resolve, reject) => {
      this.#tokens.set(token, { resolve, reject, isRefusable });
      this.feed((engine, time) => {
        try {
          return event(token, engine, time);
        } catch (error) {
          // Refused at the border, and nothing has changed: the asker's fault.
          if (isAssertion(error)) throw error;
          this.#takeToken(token)?.reject(error);
          return null;
        }
      });
    });
  }

  /**
   * @param {Error} error  For those who wait for an answer.
   * @returns {Promise<void>} Resolves when nothing is written any more.
   */
  async end(error) {
    this.#end = error;
    this.#alarm.set(Infinity);
    for (const { reject } of this.#tokens.values()) reject(error);
    this.#tokens.clear();
    await Promise.all([this.#network.close(), this.#journal.close()]);
  }

  #feedAll() {
    // Of the last turn. Where there was none, the alarm is as the one before wanted it.
    let wake = Infinity;
    while (!this.isOver) {
      const event = this.#events.shift();
      if (!event) break;
      // All that is to be known comes with it: another question to the core would
      // cost as much again.
      const turn = event(this.#traced, now());
      if (!turn) continue;
      wake = turn.wake;
      this.#isEmpty = turn.isEmpty;
      for (const command of turn.commands) this.#execute(command);
    }
    if (this.isOver) return;
    // One that is set already rings early at worst, and is set anew then. The time
    // to wake grows with every event: setting it each time would be half the work.
    if (wake < this.#alarmAt) {
      this.#alarmAt = wake;
      this.#alarm.set(wake);
    }
    this.#observer.fed();
  }

  /** @param {Command} command */
  #execute(command) {
    switch (command.type) {
      case 'start-request':
        return this.#network.start(command);
      case 'read-body':
        return this.#network.readBody(command);
      case 'cancel-request':
        return this.#network.cancel(command.request);
      case 'delete-generation':
        this.#deleted = this.#deleteGeneration(command.owner);
        return;
      case 'delete-fetch':
        return this.#deleteFetch(command.uid);
      case 'sync-journal':
        return this.#syncJournal();
      case 'announce':
        return this.#observer.announce(command.sequence, command.mustBeHeard);
      case 'deliver':
        return this.#deliver(command.uid, command.event);
      case 'registered':
        return this.#takeToken(command.token)?.resolve(this.#engine.snapshot(command.uid));
      case 'rejected':
        return this.#takeToken(command.token)?.reject(toError(command.error));
      case 'abort-answered':
        return this.#takeToken(command.token)?.resolve(command.aborted);
      case 'pause-answered':
        return this.#takeToken(command.token)?.resolve(command.active);
      case 'release-answered':
        // Whoever moves much wants the room of what has been moved.
        return this.#takeToken(command.token)?.resolve(
          this.#deleted.then(() => command.released),
        );
    }
  }

  /** @param {ChunkOwner} owner */
  async #deleteGeneration(owner) {
    try {
      await this.#reserve.lendTo(() => this.#store.deleteGeneration(owner));
    } catch (error) {
      // The next start finds it again: nothing that is stored is forgotten.
      expectStorageError(error);
    }
  }

  /** @param {string} uid */
  async #deleteFetch(uid) {
    try {
      await this.#reserve.lendTo(() => this.#store.deleteFetch(uid));
    } catch (error) {
      // As above: then it belongs to nobody.
      expectStorageError(error);
    }
    this.feed((engine, time) => engine.fetchDeleted(uid, time));
  }

  async #syncJournal() {
    const sync = () => this.#journal.sync();
    // What may be refused must not use up the room that others need to end.
    const isRefusable = [...this.#tokens.values()].some((holder) => holder.isRefusable);
    try {
      await (isRefusable ? sync() : this.#reserve.lendTo(sync));
    } catch (error) {
      // Another error is a bug of ours, which the next try would only repeat.
      if (!(error instanceof StorageError)) return this.#crash(error);
      const { isQuota } = error;
      this.feed((engine, time) => engine.journalSyncFailed(isQuota, time));
      return;
    }
    this.feed((engine, time) => engine.journalSynced(time));
  }

  /**
   * @param {string} uid
   * @param {'success' | 'fail' | 'abort'} event
   */
  async #deliver(uid, event) {
    const wasHeld = await this.#observer.deliver(uid, event);
    this.feed((engine, time) => engine.eventDelivered(uid, wasHeld, time));
  }

  /** @param {number} token */
  #takeToken(token) {
    const holder = this.#tokens.get(token);
    this.#tokens.delete(token);
    return holder;
  }

  /** @param {unknown} error */
  #crash(error) {
    if (!this.isOver) this.#observer.crashed(error);
  }
}

/** @param {unknown} error */
function expectStorageError(error) {
  if (!(error instanceof StorageError)) throw error;
}
