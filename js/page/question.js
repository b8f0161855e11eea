/**
 * A question: one message to a service worker, answered once over a port of its
 * own. The port is closed with the answer: open ports keep pages out of the
 * back/forward cache.
 */

import { makeQuestion } from '../shared/messages.js';

/** @typedef {import('../shared/messages.js').Answer} Answer */
/** @typedef {import('../shared/messages.js').Questions} Questions */

/**
 * @typedef {object} Question
 * @property {Promise<Answer | null>} answer  Null: lost. The worker was replaced, or lose() was
 *   called.
 * @property {() => void} lose  Stops waiting for the answer.
 */

/**
 * @template {keyof Questions} Name
 * @param {ServiceWorker} worker
 * @param {Name} name
 * @param {Questions[Name]['ask']} fields
 * @returns {Question}
 */
export function askWorker(worker, name, fields) {
  const { port1, port2 } = new MessageChannel();
  /** @type {(answer: Answer | null) => void} */
  let settle;
  /** @type {Promise<Answer | null>} */
  const answer = new Promise((resolve) => {
    settle = resolve;
  });
  /** @param {Answer | null} answer */
  const close = (answer) => {
    worker.removeEventListener('statechange', onStateChange);
    port1.close();
    settle(answer);
  };
  const lose = () => close(null);
  const onStateChange = () => {
    if (worker.state === 'redundant') lose();
  };
  port1.onmessage = ({ data }) => close(data);
  // The answer came but cannot be read here: asking again would not help.
  port1.onmessageerror = () =>
    close({ ok: false, error: { name: 'DataCloneError', message: 'Unreadable answer' } });
  worker.addEventListener('statechange', onStateChange);
  worker.postMessage(makeQuestion(name, fields), [port2]);
  return { answer, lose };
}

/**
 * The answer to a question that must come in time; null when it does not.
 *
 * @param {Question} question
 * @param {number} timeoutMs
 */
export async function answerWithin(question, timeoutMs) {
  const timer = setTimeout(() => question.lose(), timeoutMs);
  const answer = await question.answer;
  clearTimeout(timer);
  return answer;
}
