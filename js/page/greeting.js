/**
 * Greeting: before a worker is asked anything it must have said hello, so that
 * one without our script is a clear rejection and not a question that nobody
 * answers. A hello also wakes unfinished work.
 */

import { makeError, toError } from '../shared/errors.js';
import { kHelloTimeoutMs, kMessageVersion } from '../shared/messages.js';
import { answerWithin, askWorker } from './question.js';

/** @typedef {import('../shared/messages.js').Hello} Hello */

/**
 * A worker of ours that does not answer is being started, on a busy machine, or
 * was stopped with the hello: it is greeted so many times, for a minute. One
 * that still says nothing cannot be started any more.
 */
const kHellosMax = 12;

/** Asking this worker again would not help. */
export class OtherVersionError extends TypeError {}

/**
 * @param {ServiceWorker} worker
 * @param {boolean} isOurs  It has answered before: silence only means that it
 *   is slow.
 * @returns {Promise<Hello | null>} Null when the worker was replaced meanwhile;
 *   rejects with TypeError when it does not answer or speaks another version.
 */
export async function greet(worker, isOurs) {
  /** @type {import('../shared/messages.js').Answer | null} */
  let answer = null;
  for (let hellos = isOurs ? kHellosMax : 1; hellos > 0 && answer === null; hellos -= 1) {
    answer = await answerWithin(askWorker(worker, 'hello', {}), kHelloTimeoutMs);
    if (answer === null && worker.state === 'redundant') return null;
  }
  if (answer === null) {
    throw makeError(
      'TypeError',
      `The service worker ${worker.scriptURL} does not ` +
        (isOurs ? 'answer any more.' : 'run background-fetch-polyfill.'),
    );
  }
  if (!answer.ok) throw toError(answer.error);
  /** @type {Hello} */
  const hello = answer.value;
  if (hello.version === kMessageVersion) return hello;
  throw new OtherVersionError(
    `The service worker ${worker.scriptURL} does not run this version of ` +
      'background-fetch-polyfill.',
  );
}
