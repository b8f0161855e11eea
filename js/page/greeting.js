/**
 * Greeting: before a worker is asked anything it must have said hello, so that
 * one without our script is a clear rejection and not a question that nobody
 * answers. A hello also wakes unfinished work.
 */

import { makeError, toError } from '../shared/errors.js';
import { kHelloTimeoutMs, kMessageVersion } from '../shared/messages.js';
import { Question, answerWithin } from './question.js';

/** @typedef {import('../shared/messages.js').Hello} Hello */

/**
 * @param {ServiceWorker} worker
 * @returns {Promise<Hello | null>} Null when the worker was replaced meanwhile;
 *   rejects with TypeError when it does not answer or speaks another version.
 */
export async function greet(worker) {
  const answer = await answerWithin(new Question(worker, 'hello', {}), kHelloTimeoutMs);
  if (answer === null) {
    if (worker.state === 'redundant') return null;
    throw makeError(
      'TypeError',
      `The service worker ${worker.scriptURL} does not run background-fetch-polyfill.`,
    );
  }
  if (!answer.ok) throw toError(answer.error);
  /** @type {Hello} */
  const hello = answer.value;
  if (hello.version === kMessageVersion) return hello;
  throw makeError(
    'TypeError',
    `The page and the service worker ${worker.scriptURL} run different versions of ` +
      'background-fetch-polyfill.',
  );
}
