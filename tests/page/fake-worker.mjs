// A service worker registration whose workers answer as the test says.

import { kMessageVersion, readMessage } from '../../js/shared/messages.js';

export class FakeWorker extends EventTarget {
  scriptURL = 'https://example.test/sw.js';
  state = 'activated';
  /**
   * By question: the answer's value; a missing one is never answered.
   *
   * @type {Record<string, any>}
   */
  answers = {};
  /** @type {{name: string, fields: any, answer: (value: any) => void}[]} */
  questions = [];
  /** @type {MessagePort[]} */
  ports = [];
  /** How many the page has not closed. */
  openPorts = 0;

  /** @param {unknown} data @param {MessagePort[]} ports */
  postMessage(data, [port]) {
    const { name, fields } = /** @type {any} */ (readMessage(data));
    const answer = (/** @type {any} */ value) =>
      port.postMessage(value instanceof Error ? fail(value) : { ok: true, value });
    this.ports.push(port);
    this.openPorts += 1;
    port.addEventListener('close', () => (this.openPorts -= 1));
    this.questions.push({ name, fields, answer });
    if (name in this.answers) answer(this.answers[name]);
  }

  /** @param {string} state */
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  /** @param {string} name */
  asked(name) {
    return this.questions.filter((question) => question.name === name);
  }

  /** Whatever the page left open would keep Node running. */
  close() {
    for (const port of this.ports) port.close();
  }
}

/** @param {Error} error */
function fail({ name, message }) {
  return { ok: false, error: { name, message } };
}

/** @param {{working?: boolean, epoch?: string, version?: number}} [changes] */
export function makeHello(changes = {}) {
  return { version: kMessageVersion, working: false, epoch: 'epoch-1', ...changes };
}

/** @param {Partial<import('../../js/shared/messages.js').News>} [changes] */
export function makeNews(changes = {}) {
  return { epoch: 'epoch-1', sequence: 1, working: true, changes: [], gone: [], ...changes };
}

/** Lets messages that were posted arrive, and what they cause be posted. */
export async function messagesArrive() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
