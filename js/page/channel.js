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
import { makeNewsLoop } from './news-loop.js';
import { askWorker } from './question.js';

/** @typedef {import('../shared/channel.js').Channel} Channel */
/** @typedef {import('../shared/messages.js').Hello} Hello */

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

/**
 * @typedef {object} PageLife
 * @property {string} scope  Of the registration.
 * @property {() => Promise<unknown>} wake  Finds out whether there is work to watch; wakes it when
 *   there is.
 * @property {() => void} wakeIfWorking  While nothing is worked on, nothing has to go on.
 * @property {() => void} suspend  The page goes away: for good, or into the back/forward cache.
 * @property {() => void} resume  The page is back from the back/forward cache.
 *
 * @typedef {Channel & PageLife} PageChannel
 */

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {PageChannel}
 */
export function openPageChannel(registration) {
  /** @type {{worker: ServiceWorker, hello: Promise<Hello | null>} | null} */
  let greeting = null;
  /** @type {ServiceWorker | null} The last one that has answered. */
  let known = null;
  /** @type {Promise<string | undefined> | null} The epoch that is being asked for. */
  let checking = null;

  /**
   * @returns {Promise<{worker: ServiceWorker, hello: Hello} | null>} Null when
   *   there is no active worker; rejects when it is not one of ours.
   */
  const greetedWorker = async () => {
    for (;;) {
      const worker = await activeWorker(registration);
      if (!worker) return null;
      if (greeting?.worker !== worker) greeting = { worker, hello: greetKept(worker) };
      const hello = await greeting.hello;
      if (hello) return { worker, hello };
    }
  };

  /** @param {ServiceWorker} worker */
  const greetKept = async (worker) => {
    try {
      const hello = await greet(worker, worker === known);
      if (hello) known = worker;
      if (hello?.working) loop.start();
      return hello;
    } catch (error) {
      // Only a good greeting is kept: the worker may have been slow to start.
      if (greeting?.worker === worker) greeting = null;
      throw error;
    }
  };

  /** @returns {Promise<string | undefined>} The epoch in which the worker is now. */
  const wake = async () => {
    greeting = null;
    try {
      return (await greetedWorker())?.hello.epoch;
    } catch {
      // A worker without our script. Nobody has asked for anything yet; whoever
      // does will be told.
      return undefined;
    }
  };

  /** One hello at a time for all questions that have been open for long. */
  const check = () => (checking ??= wake().finally(() => (checking = null)));

  const loop = makeNewsLoop(greetedWorker);

  return {
    scope: registration.scope,
    wake,

    async ask(name, fields) {
      for (;;) {
        const greeted = await greetedWorker();
        if (!greeted) {
          if (Object.hasOwn(kAnswersOfNobody, name)) return kAnswersOfNobody[name];
          throw makeError('TypeError', 'There is no active service worker.');
        }
        const question = askWorker(greeted.worker, name, fields);
        const timer = setInterval(async () => {
          if ((await check()) !== greeted.hello.epoch) question.lose();
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
        if (name === 'fetch' && !loop.isWorking()) askForSync(registration);
        // Nothing else tells the page that asked that there is work now; workers
        // and pages outside the scope are never told.
        if (name === 'fetch' || (name === 'get' && answer.value)) loop.start();
        return answer.value;
      }
    },

    watch(listener) {
      loop.listener = listener;
    },

    keepWatching(uids) {
      loop.uids = uids;
    },

    wakeIfWorking() {
      if (loop.isWorking()) wake();
    },

    suspend() {
      const { active } = registration;
      if (active && loop.isWorking()) {
        // The port would keep the page out of the cache, and nobody will listen.
        askWorker(active, 'last', {}).lose();
        // The one that was asked for when the work began may be used up.
        askForSync(registration);
      }
      loop.suspend();
    },

    resume() {
      loop.resume();
      wake();
    },
  };
}
