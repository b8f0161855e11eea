/**
 * Messages from pages: questions, each answered over the port it brings.
 */

import { toShape } from '../shared/errors.js';
import { readMessage } from '../shared/messages.js';

/** @typedef {import('../shared/messages.js').Answer} Answer */
/** @typedef {import('./questions.js').Questions} Questions */

/**
 * @param {ServiceWorkerGlobalScope} worker  Listeners that the app adds later
 *   do not see our messages; in Chromium earlier ones do.
 * @param {Questions} questions
 * @param {(work: Promise<unknown>) => Promise<void>} lifetimeOf  How long an
 *   event that does this work is kept open.
 */
export function answerMessages(worker, questions, lifetimeOf) {
  const listener = (/** @type {ExtendableMessageEvent} */ event) => {
    const message = readMessage(event.data);
    if (!message) return;
    event.stopImmediatePropagation();
    const client = /** @type {Client | null} */ (event.source)?.id ?? '';
    const answered = makeAnswer(questions, message, client).then((answer) => {
      if (event.ports[0]) post(event.ports[0], answer);
    });
    event.waitUntil(lifetimeOf(answered.then(() => questions.held(message.name))));
  };
  // Capturing: before the app's listeners, in Chromium only before later ones.
  worker.addEventListener('message', listener, true);
}

/**
 * @param {Questions} questions
 * @param {{name: string, fields: any}} message
 * @param {string} client
 * @returns {Promise<Answer>}
 */
async function makeAnswer(questions, { name, fields }, client) {
  try {
    return { ok: true, value: await questions.answer(/** @type {any} */ (name), fields, client) };
  } catch (error) {
    return { ok: false, error: toShape(error) };
  }
}

/**
 * A page that hears nothing waits for ever: what cannot be cloned is an error, too.
 *
 * @param {MessagePort} port
 * @param {Answer} answer
 */
function post(port, answer) {
  try {
    port.postMessage(answer);
  } catch (error) {
    port.postMessage({ ok: false, error: toShape(error) });
  }
}
