/**
 * Host: boots the engine when it is needed, and anew when it has crashed.
 *
 * Order of a boot: the lock, the journal, the keys of the body store, start.
 * Nothing is written before the lock is ours.
 *
 * That the journal has files is the mark of unfinished work, which a starting
 * worker reads without an engine. They go when nothing is left.
 */

import { makeError } from '../shared/errors.js';
import { journalPath } from '../shared/scope-storage.js';
import { isAssertion } from './assertion.js';
import { Alarm, now } from './clock.js';
import { mayExist } from './database.js';
import { isJournalStored, mountJournal } from './journal-folder.js';
import { Reserve } from './reserve.js';
import { holdScopeLock, scopeLockIsFree } from './scope-lock.js';
import { Session } from './session.js';
import { Trace } from './trace.js';

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */
/** @typedef {import('../../bindings/engine.js').Engine} Engine */
/** @typedef {import('../../bindings/engine.js').Snapshot} Snapshot */
/** @typedef {import('./body-store.js').BodyStore} BodyStore */
/** @typedef {import('./journal-folder.js').JournalFolder} JournalFolder */
/** @typedef {import('./session.js').EngineEvent} EngineEvent */

/** @typedef {import('../shared/install.js').Settings} Settings */

/** @typedef {'success' | 'fail' | 'abort'} Outcome */

/** In the order of Setting in src/engine/settings.h. */
const kSettings = /** @type {const} */ (['connections', 'chunkBytes', 'retries']);

/**
 * Crashes that a worker survives: one may be bad luck with what was in memory,
 * more come from what is stored and would go on for ever. The browser stops a
 * worker that nobody asks any more, and the next one begins to count anew.
 */
const kCrashesMax = 3;

/** Clearing is over after one or two; a browser that goes on lets nothing be stored. */
const kRestoresMax = 5;

/** Those who begin one fetch after the other do not pay for an engine each time. */
const kRestDelayMs = 1_000;

export class Host {
  #scope;
  #createCore;
  #store;
  #reserve;
  #deliver;
  #settings;
  /** @type {((sequence: number, mustBeHeard: boolean) => void)[]} */
  #listeners = [];
  /** @type {Promise<() => void> | null} What gives it back. */
  #lock = null;
  /** @type {JournalFolder | undefined} The one that was mounted last. */
  #journal;
  #crashes = 0;
  /** @type {Promise<Session> | null} Booted, or being booted. */
  #boot = null;
  /** @type {Map<string, Promise<boolean>>} Events whose lifetime has not ended, by uid. */
  #deliveries = new Map();

  /** How many need an engine to stay. */
  #users = 0;
  #restAlarm = new Alarm(() => this.#restIfEmpty());
  /** @type {Promise<boolean> | null} Whether work is left; while it is looked for. */
  #look = null;
  /** @type {Promise<unknown>} Settles when no engine is being put away. */
  #rested = Promise.resolve();

  /** Of all engines. */
  trace = new Trace();

  /** Called when the lock was taken away. */
  onFenced = () => {};

  /** @type {Session | null} The one that is booted. */
  session = null;

  /** Sequence numbers count within one; another one begins with every crash. */
  epoch = crypto.randomUUID();

  /**
   * @param {object} parts
   * @param {string} parts.scope
   * @param {() => Promise<CoreModule>} parts.createCore
   * @param {BodyStore} parts.store
   * @param {(snapshot: Snapshot, outcome: Outcome) => Promise<boolean>} parts.deliver
   *   Dispatches the final event; resolves when its lifetime has ended: whether
   *   it was held.
   * @param {Settings} [parts.settings]
   */
  constructor({ scope, createCore, store, deliver, settings = {} }) {
    this.#scope = scope;
    this.#createCore = createCore;
    this.#store = store;
    this.#reserve = new Reserve(scope);
    this.#deliver = deliver;
    this.#settings = settings;
  }

  /** @param {(sequence: number, mustBeHeard: boolean) => void} listener */
  watch(listener) {
    this.#listeners.push(listener);
  }

  /**
   * Boots what is not booted. Waits as long as another worker holds the lock.
   *
   * @returns {Promise<Session>} Rejects when the journal or the store cannot be
   *   read; the next call tries again.
   */
  async ready() {
    for (;;) {
      this.#boot ??= this.#track(this.#start());
      const session = await this.#boot;
      if (!session.isOver) return session;
    }
  }

  /**
   * The same where something may be stored; else null, and nothing is booted.
   *
   * @returns {Promise<Session | null>}
   */
  async readyIfAny() {
    return this.#boot || (await this.#isMarked()) ? this.ready() : null;
  }

  /**
   * Goes on with unfinished work, if there is any. Whatever wakes it may come
   * because the network is back: not every engine tells its workers.
   *
   * @returns {Promise<boolean>} Whether there is; true also when it takes an
   *   engine to tell, which is being booted then.
   */
  async wake() {
    this.feed((engine, now) => engine.online(navigator.onLine, now));
    if (this.session) return this.session.query((engine) => engine.isWorking());
    if (!this.#boot && !(await this.#isMarked())) return false;
    this.#boot ??= this.#track(this.#start());
    return true;
  }

  /**
   * No engine is put away while `work` has not settled.
   *
   * @template Result
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  async use(work) {
    this.#users += 1;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      this.#restSoon();
    }
  }

  /** @returns {Promise<boolean>} Whether there is room for another fetch to end in. */
  hasRoom() {
    return this.#reserve.isKept();
  }

  /** @param {EngineEvent} event  Not for an engine that is not there. */
  feed(event) {
    this.session?.feed(event);
  }

  /** @returns {Promise<void>} Resolves when no final event is under way. */
  async deliveriesEnded() {
    while (this.#deliveries.size > 0) await Promise.all(this.#deliveries.values());
  }

  async #isMarked() {
    await this.#rested;
    // Many ask at once, and a database that cannot be opened holds all of them up.
    this.#look ??= isJournalStored(journalPath(this.#scope)).finally(() => {
      this.#look = null;
    });
    return this.#look;
  }

  async #start() {
    for (;;) {
      await this.#rested;
      if (this.#crashes > kCrashesMax) throw makeUnusableError();
      this.#lock ??= holdScopeLock(this.#scope, () => this.#fence());
      const lock = this.#lock;
      await lock.catch((error) => {
        if (this.#lock === lock) this.#lock = null;
        throw error;
      });
      try {
        const session = await this.#startSession(lock);
        if (session) return session;
      } catch (error) {
        if (isAssertion(error)) this.#countCrash(error);
        // Without the lock it had to fail.
        if (this.#lock === lock) throw error;
      }
    }
  }

  /**
   * @param {Promise<Session>} boot  Whoever needs the engine hears when it
   *   fails, and causes the next one.
   */
  #track(boot) {
    boot.catch(() => {
      if (this.#boot === boot) this.#boot = null;
    });
    return boot;
  }

  /**
   * @param {Promise<() => void>} lock  Held.
   * @returns {Promise<Session | null>} Null: it must be begun anew. The lock was
   *   taken away, or what the engine was told of has been deleted since.
   */
  async #startSession(lock) {
    const core = await this.#createCore().catch(refuseToStart);
    const path = journalPath(this.#scope);
    const journal = (this.#journal = mountJournal(core, path));
    const traced = this.trace.follow(core);
    let isLost = false;
    journal.onLost = this.#store.onLost = () => {
      isLost = true;
    };
    this.#store.unfence();
    this.#reserve.unfence();
    try {
      await journal.load();
      const [seed] = crypto.getRandomValues(new Uint32Array(1));
      traced.open(path, seed, new URL(this.#scope).origin);
      // For the trace: one that begins with a journal cannot be told again.
      traced.isEmpty();
      this.#applySettings(traced);
      await this.#store.deleteBroken();
      await this.#store.eachHead((owner, head) => traced.recoverHead(owner, head));
      await this.#store.eachChunk((owner, begin, end) => traced.recoverChunk(owner, begin, end));
      await this.#deleteUnownedBodies(core);
      if (isLost) await thievesAreHeard();
      if (this.#lock === lock) {
        // Nothing below may fail: from here on the engine writes.
        if (!isLost) return this.#run(core, traced, journal);
        await this.#restore(journal);
      }
    } catch (error) {
      await journal.close();
      throw error;
    }
    await journal.close();
    return null;
  }

  /**
   * What is no number costs a setting, not a download.
   *
   * @param {Engine} engine
   */
  #applySettings(engine) {
    for (const [setting, name] of kSettings.entries()) {
      const value = this.#settings[name];
      try {
        if (value !== undefined) engine.set(setting, value);
      } catch (error) {
        this.#report(`${name} is ignored.`, error);
      }
    }
  }

  /**
   * On its own: what the app's function throws is not to stop us.
   *
   * @param {string} message
   * @param {unknown} error
   */
  #report(message, error) {
    const { onerror = console.error } = this.#settings;
    queueMicrotask(() => onerror(`background-fetch-polyfill: ${message}`, error));
  }

  /**
   * @param {Engine} engine
   * @param {Engine} traced
   * @param {JournalFolder} journal
   */
  #run(engine, traced, journal) {
    const session = new Session({
      engine,
      traced,
      journal,
      store: this.#store,
      reserve: this.#reserve,
      observer: {
        announce: (sequence, mustBeHeard) => {
          // One whose storage was lost is not to be asked any more.
          if (session !== this.session) return;
          for (const listener of this.#listeners) listener(sequence, mustBeHeard);
        },
        deliver: (uid, outcome) => this.#deliverOnce(session, uid, outcome),
        crashed: (error) => this.#reboot(session, error),
        fed: () => this.#restSoon(),
      },
    });
    this.session = session;
    journal.onLost = this.#store.onLost = () => this.#storageLost(session, journal);
    this.#reserve.keep();
    session.feed((engine, now) => engine.start(navigator.onLine, now));
    return session;
  }

  /**
   * Request bodies are stored before the fetch is registered; a worker that was
   * stopped in between has promised nothing.
   *
   * @param {Engine} engine
   */
  async #deleteUnownedBodies(engine) {
    for (const uid of await this.#store.bodyOwners()) {
      if (engine.snapshot(uid) === null) await this.#store.deleteFetch(uid);
    }
  }

  /**
   * An engine that came back after a crash asks for it again.
   *
   * @param {Session} session
   * @param {string} uid
   * @param {Outcome} outcome
   */
  #deliverOnce(session, uid, outcome) {
    const started = this.#deliveries.get(uid);
    if (started) return started;
    const snapshot = /** @type {Snapshot} */ (session.query((engine) => engine.snapshot(uid)));
    const delivery = this.#deliver(snapshot, outcome).finally(() => this.#deliveries.delete(uid));
    this.#deliveries.set(uid, delivery);
    return delivery;
  }

  /**
   * @param {Session} session
   * @param {unknown} error
   */
  #reboot(session, error) {
    this.#countCrash(error);
    this.session = null;
    // Two engines must not write at the same time.
    this.#boot = this.#track(session.end(makeUnusableError()).then(() => this.#start()));
  }

  /** @param {unknown} error */
  #countCrash(error) {
    this.#report('the engine has failed.', error);
    this.#crashes += 1;
    this.epoch = crypto.randomUUID();
  }

  /**
   * Somebody has deleted a database. What the engine knows is stored again, and
   * another engine fetches again what is missing.
   *
   * @param {Session} session
   * @param {JournalFolder} journal
   */
  async #storageLost(session, journal) {
    await thievesAreHeard();
    if (session !== this.session) return;
    this.session = null;
    this.epoch = crypto.randomUUID();
    this.#boot = this.#track(
      this.#restore(journal)
        .then(() => session.end(makeUnusableError()))
        .then(() => this.#start()),
    );
  }

  /**
   * Who clears a site closes connections first, and may take along what is written
   * meanwhile.
   *
   * @param {JournalFolder} journal
   * @returns {Promise<void>} Never rejects: what cannot be stored is lost, and then
   *   the fetch is gone.
   */
  async #restore(journal) {
    const lock = this.#lock;
    let isLost = true;
    for (let attempt = 0; isLost && this.#lock === lock && attempt < kRestoresMax; attempt += 1) {
      isLost = false;
      journal.onLost = () => {
        isLost = true;
      };
      await journal.restore().catch(() => {
        isLost = true;
      });
      // Without a word, where it came between.
      isLost ||= !(await mayExist(journalPath(this.#scope)));
      if (isLost) await thievesAreHeard();
    }
  }

  /**
   * The lock was taken away: by the worker that has replaced this one, or to
   * clear a scope whose registration is gone. Chromium may bring that back, with
   * this worker. So whoever asks next waits for the lock, and takes it from
   * nobody.
   */
  #fence() {
    const { session } = this;
    this.#lock = null;
    this.#look = null;
    // Also of what is being restored.
    this.#journal?.close();
    this.#store.fence();
    this.#reserve.fence();
    this.epoch = crypto.randomUUID();
    this.#rested = Promise.all([
      this.#rested,
      session?.end(makeUnusableError()),
      scopeLockIsFree(this.#scope),
    ]);
    if (session) {
      this.session = null;
      this.#boot = null;
    }
    this.onFenced();
  }

  #isEmpty() {
    return this.#users === 0 && this.session?.isEmpty;
  }

  #restSoon() {
    if (this.#isEmpty()) this.#restAlarm.set(now() + kRestDelayMs);
  }

  #restIfEmpty() {
    if (!this.#isEmpty()) return;
    const session = /** @type {Session} */ (this.session);
    this.session = null;
    this.#boot = null;
    this.epoch = crypto.randomUUID();
    this.#rested = this.#putAway(session);
  }

  /** @param {Session} session */
  async #putAway(session) {
    await session.end(makeUnusableError());
    await this.#reserve.drop();
    // A mark that stays costs the next start an engine, which tries again, also
    // to delete what the store has refused to.
    try {
      const lock = this.#lock;
      // What another worker has written since it took the lock must stay.
      const isEmpty = lock && (await this.#store.isEmpty()) && this.#lock === lock;
      if (isEmpty) await this.#journal?.clear();
    } catch {
      // As if it were not empty.
    }
    const release = await this.#lock;
    this.#lock = null;
    release?.();
  }
}

function makeUnusableError() {
  return makeError('UnknownError', 'Background fetches cannot be carried out here.');
}

/**
 * Emscripten's error looks like a failed assertion, but no second try would help.
 *
 * @param {Error} error
 * @returns {never}
 */
function refuseToStart({ message }) {
  throw makeError(
    'NotSupportedError',
    `WebAssembly ('wasm-unsafe-eval') is missing: ${message}`,
  );
}

/**
 * Who clears a scope takes the lock first. When the lock manager has answered,
 * we have heard of that.
 */
function thievesAreHeard() {
  return navigator.locks.query();
}
