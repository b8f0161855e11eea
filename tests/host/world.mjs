// World: one seed, one worker after the other, and all that is around them.

import { Dice } from './dice.mjs';
import { checkEverythingEnded, checkNothingLeft, checkSnapshot, onDelivery, openAccount }
  from './invariants.mjs';
import { FakeBlob } from './fake-blob.mjs';
import { Locks } from './locks.mjs';
import { makeFetch } from './network.mjs';
import { Page } from './page.mjs';
import { Scheduler } from './scheduler.mjs';
import { Server, isUpload, kUploadSalt } from './server.mjs';
import { Storage } from './storage.mjs';
import { Traffic } from './traffic.mjs';
import { WorkerLife } from './worker-life.mjs';

/** @typedef {import('./invariants.mjs').Account} Account */
/** @typedef {import('./server.mjs').Resource} Resource */

/** In percent of the operations that could fail. */
export const kNoFaults = {
  network: 0, write: 0, open: 0, close: 0, post: 0, fileDamage: 0, refusesBlobs: false,
  clock: false,
};

/** What must end has ended by then: retries have delays of minutes. */
const kPatienceMs = 12 * 3600 * 1000;

/** Records outlive their event, and each start of the worker, for kDropDelayMs. */
const kDropMs = 40_000;

/**
 * How long a new version may have to wait: a handler of the app takes up to 3 s,
 * after pages had kHeardTimeoutMs to hear of the outcome.
 */
const kUpdateMs = 10_000;

/**
 * More than there is. Each fetch has another total: ids are used again, and
 * nothing else tells an event which of them it is for.
 */
const kNoTotal = 2 ** 40;

/** What clocks are set wrong by, and then right. */
const kYearMs = 365 * 24 * 3600 * 1000;

const kNotesMax = 60;

/** An invariant is broken. */
export class Broken extends Error {}

export class World {
  #program;
  /** @type {WorkerLife | null} */
  #life = null;
  #isKind = false;
  #lives = 0;
  /** @type {Broken | null} */
  #broken = null;
  #heardBefore = 0;
  #latencyMaxMs = 3;
  #hasLeftovers = false;

  faults = { ...kNoFaults };
  storageFaults = 0;
  /** Those of them that may mean that the store is full. */
  quotaFaults = 0;
  hasDamaged = false;
  isOnline = true;
  bytesPerMs = 1000;
  /** What a transaction takes at most. */
  storageMsMax = 3;
  /** When the time of this world began; another one for each life, where clocks jump. */
  wallClock = Date.UTC(2026, 0, 1);
  /** @type {string[]} What happened last. */
  notes = [];
  /** Ends of awaited operations, over all lives: where the worker may die. */
  points = 0;
  /** Those before the end began. */
  pointsLived = 0;
  /** @type {(point: number) => boolean} */
  strikes = () => false;
  /**
   * Of so many transactions under way, how many come to something.
   *
   * @type {(count: number) => number}
   */
  landing = (count) => this.dice.below(count + 1);
  /** @type {Map<string, Account>} By uid. */
  accounts = new Map();
  /** @type {Page[]} */
  pages = [];
  isVerbose = false;

  /** @param {number} seed @param {(...surroundings: any[]) => void} program */
  constructor(seed, program) {
    this.#program = program;
    this.dice = new Dice(seed);
    this.scheduler = new Scheduler();
    this.locks = new Locks(this.scheduler);
    this.storage = new Storage(this);
    this.server = new Server(this);
    this.traffic = new Traffic(this);
    current = this;
    this.pages.push(new Page(this, 'page-1'), new Page(this, 'page-2'));
  }

  /** @param {string} text */
  note(text) {
    const line = `${this.scheduler.now.toFixed(2)} ${text}`;
    if (this.isVerbose) console.log(line);
    this.notes.push(line);
    if (this.notes.length > kNotesMax) this.notes.shift();
  }

  /** @param {string} invariant @param {string} what */
  fail(invariant, what) {
    this.#broken ??= new Broken(`${invariant}: ${what}`);
  }

  latency() {
    return this.#below(this.#latencyMaxMs);
  }

  storageLatency() {
    return this.#below(this.storageMsMax);
  }

  /** @param {number} ms */
  #below(ms) {
    return this.dice.below(ms * 100) / 100;
  }

  /** @param {number} ms */
  sleep(ms) {
    return new Promise((resolve) => this.scheduler.after(ms, null, () => resolve(null)));
  }

  /** Runs until the promise settles. @template Result @param {Promise<Result>} promise */
  async until(promise) {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    settled.catch(() => {});
    await this.scheduler.run(() => !this.#betweenTurns() && !isSettled);
    if (!isSettled) this.fail('every promise settles', 'nothing is left to happen');
    if (this.#broken) throw this.#broken;
    return settled;
  }

  // --- The worker --------------------------------------------------------------

  /** The browser starts it when somebody asks. */
  activeLife() {
    this.#life ??= this.#start(false);
    return this.#life;
  }

  /**
   * Another version of the script takes over once no event of the old worker is
   * open. That one may live on for a while: engines are not in a hurry.
   */
  async update() {
    const old = this.#life;
    this.note('a new version waits');
    if (old) {
      old.hearOfSuccessor();
      await this.#untilNothingIsOpen(old);
    }
    this.note('the worker is replaced');
    this.#life = this.#start(false);
    if (old) this.scheduler.after(this.dice.below(8_000), null, () => this.crash(old));
  }

  /** @param {WorkerLife} life */
  async #untilNothingIsOpen(life) {
    const deadline = this.scheduler.now + kUpdateMs;
    while (!life.isDead && life.openEvents > 0) {
      if (this.scheduler.now > deadline) {
        return this.fail('an update is not held up', `${life.openEvents} events are open`);
      }
      await this.sleep(50);
    }
  }

  /** The registration was removed, and is made anew. */
  async registerAnew() {
    this.note('the registration is made anew');
    const old = this.#life;
    if (old) this.scheduler.after(this.dice.below(8_000), null, () => this.crash(old));
    for (const account of this.accounts.values()) {
      // One that is being asked for may still belong to the new registration.
      account.isGone = account.told !== '';
      account.isForgotten = true;
    }
    // A browser that dies while it installs has not installed, and does so again.
    while (!(await this.#install()));
  }

  /** @returns {Promise<boolean>} False: it died. */
  async #install() {
    const faultsBefore = this.storageFaults;
    const life = this.#start(true);
    this.#life = life;
    const died = new Promise((resolve) => life.mourners.add(() => resolve('died')));
    const installed = life.dispatch('install').then(() => 'installed', (error) => {
      this.fail('an installation does not fail', String(error));
    });
    const end = await Promise.race([installed, died, this.sleep(60_000).then(() => 'hung')]);
    if (end === 'hung') this.fail('an installation ends', 'after a minute');
    if (end === 'died') return false;
    if (this.storageFaults === faultsBefore) checkNothingLeft(this);
    else this.#hasLeftovers = true;
    life.activate();
    return true;
  }

  /** @param {WorkerLife | null} [life] */
  crash(life = this.#life) {
    if (!life || life.isDead) return;
    this.note(`worker ${life.number} dies`);
    life.isDead = true;
    if (this.#life === life) this.#life = null;
    this.storage.crash(life, this.landing);
    this.traffic.checkLoss(life);
    this.locks.release(life);
    this.engineIsLost();
    for (const account of this.accounts.values()) {
      // An upload that was under way must not be sent again.
      for (const each of account.resources) {
        if (isUpload(each)) each.excuses.add('fetch-error');
      }
    }
    for (const mourn of life.mourners) this.scheduler.after(0, null, mourn);
  }

  /** Another begins with what is stored, and delivers again. */
  engineIsLost() {
    for (const account of this.accounts.values()) {
      if (account.isOver) account.enginesLostWhenOver += 1;
    }
  }

  /** @param {boolean} isFirst */
  #start(isFirst) {
    this.#lives += 1;
    if (this.faults.clock && this.dice.chance(30)) {
      this.wallClock += this.dice.pick([-kYearMs, -3_600_000, -1, 3_600_000, kYearMs]);
    }
    const life = new WorkerLife(this, this.#lives);
    this.note(`worker ${life.number} starts`);
    life.start(this.#program, isFirst);
    for (const outcome of ['success', 'fail', 'abort']) {
      const type = `backgroundfetch${outcome}`;
      life.scope.addEventListener(type, (event) => this.onDelivery(life, type, event));
    }
    return life;
  }

  /** @returns {boolean} Whether the world has ended. */
  #betweenTurns() {
    this.traffic.check();
    const heard = this.#life?.heard ?? 0;
    if (this.#life && heard !== this.#heardBefore) {
      this.points += 1;
      if (this.strikes(this.points)) this.crash();
    }
    this.#heardBefore = this.#life?.heard ?? 0;
    return this.#broken !== null;
  }

  /**
   * @param {Resource} resource
   * @returns {[number, number][]} What is stored of it, over all its generations.
   */
  storedRanges(resource) {
    /** @type {[number, number][]} */
    const ranges = [];
    for (const [uid, record, , begin, end] of this.storedChunks()) {
      if (this.accounts.get(uid)?.resources[record] === resource) ranges.push([begin, end]);
    }
    return ranges.sort(([one], [other]) => one - other);
  }

  /** @returns {any[][]} Their keys, those of packed bodies first: uid, record, generation, begin, end. */
  storedChunks() {
    const kBodies = 'background-fetch-polyfill:';
    const packed = this.storage.contents(kBodies, 'packHeads').flatMap(({ key: [uid], value }) =>
      value.map((/** @type {any} */ { record, generation, end }) =>
        [uid, record, generation, 0, end]));
    return [...packed, ...this.storage.contents(kBodies, 'chunks').map(({ key }) => key)];
  }

  /** A Blob is under way into the store. */
  isStoringFile() {
    return [...(this.#life?.transactions ?? [])].some(({ files }) => files.length > 0);
  }

  /** @param {Resource} resource */
  accountOf(resource) {
    return [...this.accounts.values()].find(({ resources }) => resources.includes(resource));
  }

  // --- What its ports report -----------------------------------------------------

  /** @param {WorkerLife} life @param {string} what */
  checkAlive(life, what) {
    if (life.isDead) this.fail('the dead do nothing', `worker ${life.number} ${what}`);
  }

  /** @param {WorkerLife} life */
  checkMayWrite(life) {
    if (this.locks.isHeldBy(life)) return;
    this.fail('nothing is written without the lock', `worker ${life.number}`);
  }

  /** @param {any[]} what */
  hearError(what) {
    this.fail('the engine does not fail', what.map((each) => each?.stack ?? each).join(' '));
  }

  /** @param {unknown} error */
  hearUnhandled(error) {
    const text = error instanceof Error ? error.stack : error;
    this.fail('no rejection is left unhandled', String(text));
  }

  /** @param {WorkerLife} life @param {string} type @param {any} event */
  onDelivery(life, type, event) {
    onDelivery(this, life, type, event);
  }

  /** @param {WorkerLife} life  Its fetch(). */
  fetchOf(life) {
    return makeFetch(this, life);
  }

  /** @param {string} name @param {object} fields @param {any} answer */
  onAnswer(name, fields, answer) {
    this.note(`${name} is answered: ${summaryOf(answer)}`);
    if (!answer.ok) return;
    if (name === 'next') for (const each of answer.value.changes) checkSnapshot(this, each);
    if (name === 'fetch' || (name === 'get' && answer.value)) checkSnapshot(this, answer.value);
  }

  /** @param {string} name @param {unknown} error */
  onEventFailed(name, error) {
    this.fail('the lifetime of a question ends well', `${name}: ${error}`);
  }

  // --- What people do --------------------------------------------------------------

  /**
   * @param {Resource[]} resources
   * @param {{id?: string, uploadBytes?: number, downloadTotal?: number}} [options]
   * @returns {Promise<Account>}
   */
  async fetch(resources, options = {}) {
    const count = this.accounts.size;
    const { id = `fetch-${count}`, uploadBytes = 0, downloadTotal = kNoTotal + count } = options;
    const uid = this.dice.uuid();
    const account = openAccount(uid, id, resources, downloadTotal);
    this.accounts.set(uid, account);
    const [page] = this.pages;
    const hasPostFaults = this.faults.post > 0;
    try {
      const shown = { id, title: '', icons: [], downloadTotal };
      const requests = resources.map(({ url }) => toStorable(url, uploadBytes));
      await page.ask('fetch', { uid, options: shown, requests });
      account.told = 'registered';
      page.follow();
    } catch (error) {
      this.note(`fetch() rejects: ${error}`);
      account.told = 'rejected';
      if (this.storageFaults === 0 && !account.isForgotten && !hasPostFaults) {
        this.fail('fetch() resolves where storage works', String(error));
      }
    }
    return account;
  }

  /** @param {Account} account */
  async abort(account) {
    if (account.isForgotten) return;
    const isFirst = !account.isAbortAsked;
    const wasTold = account.told !== '';
    account.isAbortAsked = true;
    try {
      const isAborted = await this.pages[0].ask('abort', { uid: account.uid });
      if (isAborted) account.isAbortPromised = true;
      // Before fetch() has resolved there is nothing to abort yet.
      else if (isFirst && wasTold) account.isAbortDenied = true;
    } catch (error) {
      this.note(`abort() rejects: ${error}`);
    }
  }

  /** Until the end. */
  goOffline() {
    this.isOnline = false;
    this.activeLife().scope.dispatchEvent(new Event('offline'));
  }

  /** @type {Promise<void>} */
  #lastPause = Promise.resolve();

  /**
   * One after the other: of two that are under way nobody knows which comes first.
   *
   * @param {Account} account
   * @param {boolean} paused
   */
  setPaused(account, paused) {
    this.#lastPause = this.#lastPause.then(() => this.#setPaused(account, paused));
    return this.#lastPause;
  }

  /** @param {Account} account @param {boolean} paused */
  async #setPaused(account, paused) {
    // Nobody would resume it.
    if (paused && this.#isKind) return;
    account.isPaused = false;
    try {
      const isActive = await this.pages[0].ask('pause', { uid: account.uid, paused });
      account.isPaused = isActive && paused;
    } catch (error) {
      this.note(`pausing rejects: ${error}`);
    }
  }

  // --- The end ---------------------------------------------------------------------

  /** The world is kind from here on, and everything must end. */
  async finish() {
    this.note('the world becomes kind');
    this.#isKind = true;
    this.faults = { ...kNoFaults };
    this.strikes = () => false;
    this.pointsLived = this.points;
    this.isOnline = true;
    this.#life?.scope.dispatchEvent(new Event('online'));
    for (const account of this.accounts.values()) {
      await this.until(this.setPaused(account, false));
    }
    await this.until(this.#untilIdle());
    checkEverythingEnded(this);
    await this.until(this.sleep(kDropMs));
    // What the store refused to delete is found by the next start.
    if (this.storageFaults === 0) checkNothingLeft(this);
    // And a worker that starts once more finds nothing.
    const attempts = this.#attempts();
    this.crash();
    await this.until(this.pages[0].ask('getIds', {}));
    await this.until(this.sleep(kDropMs));
    // Except what an installation could not delete: the next engine finds that,
    // and only another fetch() needs one.
    if (!this.#hasLeftovers) checkNothingLeft(this);
    if (this.#attempts() !== attempts) this.fail('nothing comes back', 'an event does');
    await this.until(this.sleep(0));
  }

  async #untilIdle() {
    const deadline = this.scheduler.now + kPatienceMs;
    for (;;) {
      const { working } = await this.pages[0].ask('hello', {});
      const open = this.pages.flatMap((page) => [...page.open]);
      const isAsking = open.some(({ name }) => name !== 'next');
      // hello also says so while it boots.
      if (!working && !isAsking) return;
      for (const page of this.pages) page.follow();
      if (this.scheduler.now > deadline) {
        const what = isAsking ? JSON.stringify(open) : 'there is still work';
        return this.fail(isAsking ? 'every promise settles' : 'everything ends', what);
      }
      await this.sleep(5_000);
    }
  }

  #attempts() {
    return [...this.accounts.values()].reduce((sum, { attempts }) => sum + attempts, 0);
  }
}

/** @param {any} answer */
function summaryOf({ ok, value, error }) {
  if (!ok) return `${error.name}: ${error.message}`;
  if (!value?.changes) return JSON.stringify(value).slice(0, 120);
  const changes = value.changes.map((/** @type {any} */ each) => {
    const state = each.active ? each.downloaded : `${each.result} ${each.failureReason}`;
    return `${each.id} ${state}`;
  });
  return `${value.sequence} ${value.working ? '' : 'idle '}[${changes}]`;
}

/** @param {string} url @param {number} uploadBytes */
function toStorable(url, uploadBytes) {
  const hasBody = isUpload({ url });
  const info = {
    url, method: hasBody ? 'POST' : 'GET', headers: [], mode: 'cors', credentials: 'same-origin',
    cache: 'default', redirect: 'follow', referrer: 'about:client', referrerPolicy: '',
    integrity: '', bodyLength: hasBody ? uploadBytes : 0,
  };
  const body = hasBody ? FakeBlob.of([{ salt: kUploadSalt, begin: 0, end: uploadBytes }]) : null;
  return { info, body };
}

/** @type {World | null} There is one at a time. */
let current = null;
process.on('unhandledRejection', (error) => {
  if (!current) throw error;
  current.hearUnhandled(error);
});
