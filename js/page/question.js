/**
 * Question: one message to a service worker, answered once over a port of its
 * own. The port is closed with the answer: open ports keep pages out of the
 * back/forward cache.
 */

import { makeQuestion } from '../shared/messages.js';

/** @typedef {import('../shared/messages.js').Answer} Answer */
/** @typedef {import('../shared/messages.js').Questions} Questions */

/** @template {keyof Questions} Name */
export class Question {
  #worker;
  #port;
  /** @type {(answer: Answer | null) => void} */
  #settle = () => {};

  /**
   * Null: lost. The worker was replaced, or lose() was called.
   *
   * @type {Promise<Answer | null>}
   */
  answer = new Promise((resolve) => {
    this.#settle = resolve;
  });

  /**
   * @param {ServiceWorker} worker
   * @param {Name} name
   * @param {Questions[Name]['ask']} fields
   */
  constructor(worker, name, fields) {
    const { port1, port2 } = new MessageChannel();
    this.#worker = worker;
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#close(data);
    // The answer came but cannot be read here: asking again would not help.
    port1.onmessageerror = () =>
      this.#close({ ok: false, error: { name: 'DataCloneError', message: 'Unreadable answer' } });
    worker.addEventListener('statechange', this.#onStateChange);
    worker.postMessage(makeQuestion(name, fields), [port2]);
  }

  /** Stops waiting for the answer. */
  lose() {
    this.#close(null);
  }

  #onStateChange = () => {
    if (this.#worker.state === 'redundant') this.lose();
  };

  /** @param {Answer | null} answer */
  #close(answer) {
    this.#worker.removeEventListener('statechange', this.#onStateChange);
    this.#port.close();
    this.#settle(answer);
  }
}

/**
 * The answer to a question that must come in time; null when it does not.
 *
 * @template {keyof Questions} Name
 * @param {Question<Name>} question
 * @param {number} timeoutMs
 */
export async function answerWithin(question, timeoutMs) {
  const timer = setTimeout(() => question.lose(), timeoutMs);
  const answer = await question.answer;
  clearTimeout(timer);
  return answer;
}
