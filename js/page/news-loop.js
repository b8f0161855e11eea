/**
 * The loop of news: one `next` question, always open while there is work. Its answers
 * are the news; that it is open keeps the worker alive.
 *
 * While nothing is worked on, nothing is asked and no port is open.
 */

import { kNextAnswerMs } from '../shared/messages.js';
import { OtherVersionError } from './greeting.js';
import { answerWithin, askWorker } from './question.js';

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

/**
 * @typedef {object} NewsLoop
 * @property {(news: ChannelNews) => void} listener
 * @property {() => string[]} uids
 * @property {() => boolean} isWorking
 * @property {() => void} start  Somebody says that there is work.
 * @property {() => void} suspend  Asks nothing until resume().
 * @property {() => void} resume
 */

/**
 * @param {() => Promise<{worker: ServiceWorker} | null>} greetedWorker  The
 *   worker to ask; null when there is none, rejects when it is not ours.
 * @returns {NewsLoop}
 */
export function makeNewsLoop(greetedWorker) {
  /** @type {import('./question.js').Question | null} */
  let question = null;
  let isWorking = false;
  let isRunning = false;
  let isSuspended = false;
  let epoch = '';
  let sequence = 0;
  /** Cuts the pause after an error short. */
  let endPause = () => {};
  /** @type {Set<string>} What the last question watched. */
  let watched = new Set();

  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      while (isWorking && !isSuspended) await askNext();
    } finally {
      isRunning = false;
    }
  };

  const askNext = async () => {
    const worker = await findWorker();
    if (!worker || isSuspended) return;
    const watching = loop.uids();
    // Of a fetch that was not watched, news may have come before its object.
    const hasNew = watching.some((uid) => !watched.has(uid));
    watched = new Set(watching);
    question = askWorker(worker, 'next', { epoch, since: hasNew ? 0 : sequence, watching });
    // No answer means that the worker has died. Asking again starts it, and
    // with it the downloads.
    const answer = await answerWithin(question, kNextAnswerMs + kNextGraceMs);
    question = null;
    if (answer === null) return;
    if (answer.ok) hear(answer.value);
    else await pause();
  };

  /** @returns {Promise<void>} */
  const pause = () =>
    new Promise((resolve) => {
      if (isSuspended) return resolve();
      const timer = setTimeout(resolve, kErrorPauseMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** @returns {Promise<ServiceWorker | null>} Null: there is nobody to ask, the loop ends. */
  const findWorker = async () => {
    let greeted;
    try {
      greeted = await greetedWorker();
    } catch (error) {
      // Whoever waits for news asks for itself, and is told why there are none.
      loop.listener({ changes: [], gone: [], isSilent: true });
      if (error instanceof OtherVersionError) {
        isWorking = false;
        // Who only watches would take it for a download that stands still.
        console.warn(error);
        // Else replaced by a worker that is not ours, or by one that is only slow.
      } else await pause();
      return null;
    }
    if (greeted) return greeted.worker;
    // Unregistered, and everything stored is deleted.
    isWorking = false;
    loop.listener({ changes: [], gone: loop.uids() });
    return null;
  };

  /** @param {News} news */
  const hear = ({ changes, gone, ...news }) => {
    ({ epoch, sequence, working: isWorking } = news);
    loop.listener({ changes, gone });
  };

  /** @type {NewsLoop} */
  const loop = {
    listener: () => {},
    uids: () => [],
    isWorking: () => isWorking,
    start: () => {
      isWorking = true;
      endPause();
      run();
    },
    suspend: () => {
      isSuspended = true;
      question?.lose();
      endPause();
    },
    resume: () => {
      isSuspended = false;
      run();
    },
  };
  return loop;
}
