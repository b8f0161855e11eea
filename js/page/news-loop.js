/**
 * NewsLoop: one `next` question, always open while there is work. Its answers
 * are the news; that it is open keeps the worker alive.
 *
 * While nothing is worked on, nothing is asked and no port is open.
 */

import { kNextAnswerMs } from '../shared/messages.js';
import { OtherVersionError } from './greeting.js';
import { Question, answerWithin } from './question.js';

/** @typedef {import('../shared/channel.js').ChannelNews} ChannelNews */
/** @typedef {import('../shared/messages.js').News} News */

/**
 * How much later than promised an answer may come from a worker that lives:
 * starting one and reading its journal takes well below a second, a phone under
 * load several times that.
 */
const kNextGraceMs = 5_000;

/**
 * After an answer that is an error, or none to the hello: twice as long as
 * engines keep a worker that nobody asks. The one that is asked then is a new
 * one, to which the store may answer again; asking earlier would keep the old
 * one and its trouble alive.
 */
const kErrorPauseMs = 60_000;

export class NewsLoop {
  /** @type {(news: ChannelNews) => void} */
  listener = () => {};
  /** @type {() => string[]} */
  uids = () => [];

  #greetedWorker;
  /** @type {Question<'next'> | null} */
  #question = null;
  #isWorking = false;
  #isRunning = false;
  #isSuspended = false;
  #epoch = '';
  #sequence = 0;
  /** Cuts the pause after an error short. */
  #endPause = () => {};
  /** @type {Set<string>} What the last question watched. */
  #watched = new Set();

  /**
   * @param {() => Promise<{worker: ServiceWorker} | null>} greetedWorker  The
   *   worker to ask; null when there is none, rejects when it is not ours.
   */
  constructor(greetedWorker) {
    this.#greetedWorker = greetedWorker;
  }

  get isWorking() {
    return this.#isWorking;
  }

  /** Somebody says that there is work. */
  start() {
    this.#isWorking = true;
    this.#endPause();
    this.#run();
  }

  /** Asks nothing until resume(). */
  suspend() {
    this.#isSuspended = true;
    this.#question?.lose();
    this.#endPause();
  }

  resume() {
    this.#isSuspended = false;
    this.#run();
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#isWorking && !this.#isSuspended) await this.#askNext();
    } finally {
      this.#isRunning = false;
    }
  }

  async #askNext() {
    const worker = await this.#findWorker();
    if (!worker || this.#isSuspended) return;
    const watching = this.uids();
    // Of a fetch that was not watched, news may have come before its object.
    const hasNew = watching.some((uid) => !this.#watched.has(uid));
    this.#watched = new Set(watching);
    this.#question = new Question(worker, 'next', {
      epoch: this.#epoch,
      since: hasNew ? 0 : this.#sequence,
      watching,
    });
    // No answer means that the worker has died. Asking again starts it, and
    // with it the downloads.
    const answer = await answerWithin(this.#question, kNextAnswerMs + kNextGraceMs);
    this.#question = null;
    if (answer === null) return;
    if (answer.ok) this.#hear(answer.value);
    else await this.#pause();
  }

  /** @returns {Promise<void>} */
  #pause() {
    return new Promise((resolve) => {
      if (this.#isSuspended) return resolve();
      const timer = setTimeout(resolve, kErrorPauseMs);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns {Promise<ServiceWorker | null>} Null: there is nobody to ask, the loop ends. */
  async #findWorker() {
    let greeted;
    try {
      greeted = await this.#greetedWorker();
    } catch (error) {
      // Whoever waits for news asks for itself, and is told why there are none.
      this.listener({ changes: [], gone: [], isSilent: true });
      if (error instanceof OtherVersionError) this.#isWorking = false;
      // Replaced by a worker that is not ours, or by one that is only slow.
      else await this.#pause();
      return null;
    }
    if (greeted) return greeted.worker;
    // Unregistered, and everything stored is deleted.
    this.#isWorking = false;
    this.listener({ changes: [], gone: this.uids() });
    return null;
  }

  /** @param {News} news */
  #hear({ epoch, sequence, working, changes, gone }) {
    this.#epoch = epoch;
    this.#sequence = sequence;
    this.#isWorking = working;
    this.listener({ changes, gone });
  }
}
