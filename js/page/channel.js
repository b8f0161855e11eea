/**
 * The page's channel: questions to the active worker of one registration.
 *
 * Workers come and go: they are replaced, and browsers kill them. A question
 * that was lost with its worker is asked again; every question may be asked
 * twice. No timer runs while nothing is asked.
 */

import { makeError, toError } from '../shared/errors.js';
import { kNextAnswerMs } from '../shared/messages.js';
import { activeWorker } from './active-worker.js';
import { askForSync } from './background-sync.js';
import { greet } from './greeting.js';
import { NewsLoop } from './news-loop.js';
import { Question } from './question.js';

/** @typedef {import('../shared/channel.js').Channel} Channel */
/** @typedef {import('../shared/channel.js').ChannelNews} ChannelNews */
/** @typedef {import('../shared/messages.js').Hello} Hello */
/** @typedef {import('../shared/messages.js').Questions} Questions */

/**
 * A question that is open for so long may have died with its worker, which the
 * next hello will tell. Any time will do: storing large request bodies takes
 * longer, and a hello costs nothing then.
 */
const kCheckMs = kNextAnswerMs;

/**
 * Where no worker is active, no fetch is.
 *
 * @type {Record<string, any>}
 */
const kAnswersOfNobody = { get: null, getIds: [], abort: false, pause: false, click: null };

/** @implements {Channel} */
export class PageChannel {
  #registration;
  /** Of the registration. */
  scope;
  /** @type {{worker: ServiceWorker, hello: Promise<Hello | null>} | null} */
  #greeting = null;
  /** @type {ServiceWorker | null} The last one that has answered. */
  #known = null;
  /** @type {Promise<string | undefined> | null} The epoch that is being asked for. */
  #checking = null;
  #loop;

  /** @param {ServiceWorkerRegistration} registration */
  constructor(registration) {
    this.#registration = registration;
    this.scope = registration.scope;
    this.#loop = new NewsLoop(() => this.#greetedWorker());
  }

  /**
   * @template {keyof Questions} Name
   * @param {Name} name
   * @param {Questions[Name]['ask']} fields
   * @returns {Promise<Questions[Name]['answer']>}
   */
  async ask(name, fields) {
    for (;;) {
      const greeted = await this.#greetedWorker();
      if (!greeted) {
        if (Object.hasOwn(kAnswersOfNobody, name)) return kAnswersOfNobody[name];
        throw makeError('TypeError', 'There is no active service worker.');
      }
      const question = new Question(greeted.worker, name, fields);
      const timer = setInterval(async () => {
        if ((await this.#check()) !== greeted.hello.epoch) question.lose();
      }, kCheckMs);
      const answer = await question.answer;
      clearInterval(timer);
      if (answer === null) {
        if (name === 'abort') fields = { ...fields, repeated: true };
        continue;
      }
      if (!answer.ok) throw toError(answer.error);
      // One page asks for all work: a sync that is asked for during its own
      // event comes again at once.
      if (name === 'fetch' && !this.#loop.isWorking) askForSync(this.#registration);
      // Nothing else tells the page that asked that there is work now; workers
      // and pages outside the scope are never told.
      if (name === 'fetch' || (name === 'get' && answer.value)) this.#loop.start();
      return answer.value;
    }
  }

  /** @param {(news: ChannelNews) => void} listener */
  watch(listener) {
    this.#loop.listener = listener;
  }

  /** @param {() => string[]} uids */
  keepWatching(uids) {
    this.#loop.uids = uids;
  }

  /** Finds out whether there is work to watch; wakes it when there is. */
  async wake() {
    this.#greeting = null;
    try {
      await this.#greetedWorker();
    } catch {
      // A worker without our script. Nobody has asked for anything yet; whoever
      // does will be told.
    }
  }

  /** While nothing is worked on, nothing has to go on. */
  wakeIfWorking() {
    if (this.#loop.isWorking) this.wake();
  }

  /** The page goes away: for good, or into the back/forward cache. */
  suspend() {
    const { active } = this.#registration;
    if (active && this.#loop.isWorking) {
      // The port would keep the page out of the cache, and nobody will listen.
      new Question(active, 'last', {}).lose();
      // The one that was asked for when the work began may be used up.
      askForSync(this.#registration);
    }
    this.#loop.suspend();
  }

  /** The page is back from the back/forward cache. */
  resume() {
    this.#loop.resume();
    this.wake();
  }

  /**
   * @returns {Promise<{worker: ServiceWorker, hello: Hello} | null>} Null when
   *   there is no active worker; rejects when it is not one of ours.
   */
  async #greetedWorker() {
    for (;;) {
      const worker = await activeWorker(this.#registration);
      if (!worker) return null;
      if (this.#greeting?.worker !== worker) {
        this.#greeting = { worker, hello: this.#greet(worker) };
      }
      const hello = await this.#greeting.hello;
      if (hello) return { worker, hello };
    }
  }

  /** @param {ServiceWorker} worker */
  async #greet(worker) {
    try {
      const hello = await greet(worker, worker === this.#known);
      if (hello) this.#known = worker;
      if (hello?.working) this.#loop.start();
      return hello;
    } catch (error) {
      // Only a good greeting is kept: the worker may have been slow to start.
      if (this.#greeting?.worker === worker) this.#greeting = null;
      throw error;
    }
  }

  /**
   * One hello at a time for all questions that have been open for long.
   *
   * @returns {Promise<string | undefined>} The epoch in which the worker is now.
   */
  #check() {
    this.#checking ??= this.#askEpoch().finally(() => (this.#checking = null));
    return this.#checking;
  }

  async #askEpoch() {
    await this.wake();
    return (await this.#greeting?.hello)?.epoch;
  }
}

/** @param {ServiceWorkerRegistration} registration */
export function openPageChannel(registration) {
  return new PageChannel(registration);
}
