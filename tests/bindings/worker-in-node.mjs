// The worker that ships, core and all, put together in Node: its questions over
// real message ports, an IndexedDB in memory, Node's own fetch(). Nothing here
// fails by itself; tests/host has worlds for that.

import 'fake-indexeddb/auto';

import { mock } from 'node:test';

import { BodyStore } from '../../js/service-worker/body-store.js';
import { Host } from '../../js/service-worker/host.js';
import { answerMessages } from '../../js/service-worker/messaging.js';
import { NewsDesk } from '../../js/service-worker/news-desk.js';
import { Questions } from '../../js/service-worker/questions.js';
import { makeQuestion } from '../../js/shared/messages.js';
import { lockName } from '../../js/shared/scope-storage.js';
import { FakeLocks } from '../service-worker/fake-locks.mjs';
import { loadCore } from './load-core.mjs';

/** @typedef {import('../../js/shared/messages.js').Answer} Answer */
/** @typedef {import('../../js/shared/messages.js').Snapshot} Snapshot */
/** @typedef {import('../../js/shared/messages.js').StorableRequest} StorableRequest */

/**
 * Node's own fetch(), until the test's end; answers to some requests wait.
 *
 * @param {(request: Request) => boolean} mustWait
 * @returns {() => void} Lets those come.
 */
export function gateFetch(mustWait) {
  const { fetch } = globalThis;
  let open = () => {};
  const gate = new Promise((resolve) => (open = () => resolve(null)));
  mock.method(globalThis, 'fetch', async (
    /** @type {string} */ url, /** @type {RequestInit} */ init) => {
    const request = new Request(url, init);
    if (mustWait(request)) {
      await Promise.race([gate, new Promise((_, reject) => {
        request.signal.addEventListener('abort', reject);
      })]);
    }
    return fetch(request);
  });
  return open;
}

class FakeMessageEvent extends Event {
  /** @type {Promise<unknown>[]} */
  promises = [];

  /** @param {unknown} promise */
  waitUntil(promise) {
    this.promises.push(Promise.resolve(promise));
  }
}

export class WorkerInNode {
  #scope = new EventTarget();
  /** @type {((snapshot: Snapshot) => void)[]} */
  #ends = [];
  /** @type {string[]} What the app's own listeners got. */
  seen = [];

  /** @param {string} scope @param {typeof loadCore} [createCore] */
  constructor(scope, createCore = loadCore) {
    this.scope = scope;
    this.store = new BodyStore(scope);
    this.host = new Host({
      scope,
      createCore,
      store: this.store,
      // Held until the test has read what it wants.
      deliver: (snapshot) => {
        for (const end of this.#ends) end(snapshot);
        return new Promise(() => {});
      },
    });
    this.newsDesk = new NewsDesk(this.host);
    const { host, store, newsDesk } = this;
    this.questions = new Questions({ host, store, newsDesk, tellWorkBegan: () => {} });
    answerMessages(/** @type {any} */ (this.#scope), this.questions, (work) => work.then(() => {}));
    this.#scope.addEventListener('message', (event) => {
      this.seen.push(JSON.stringify(/** @type {any} */ (event).data));
    });
  }

  /**
   * A message as it arrives: cloned, with the port of whoever may answer.
   *
   * @param {any} data
   * @param {{client?: string, hasPort?: boolean}} [from]
   * @returns {Promise<Answer>} Of a message without a port: none.
   */
  send(data, { client = 'client-1', hasPort = true } = {}) {
    const { port1, port2 } = new MessageChannel();
    const event = Object.assign(new FakeMessageEvent('message'), {
      data: structuredClone(data),
      source: client === '' ? null : { id: client },
      ports: hasPort ? [port2] : [],
    });
    return new Promise((resolve) => {
      port1.onmessage = (message) => {
        port1.close();
        resolve(message.data);
      };
      this.#scope.dispatchEvent(event);
      // Nobody else ends a question that has no port.
      if (!hasPort) {
        port1.close();
        resolve(/** @type {any} */ (null));
      }
    });
  }

  /**
   * @param {any} name
   * @param {any} fields
   * @returns {Promise<any>} The value of a good answer.
   */
  async ask(name, fields) {
    const answer = await this.send(makeQuestion(name, fields));
    if (answer.ok) return answer.value;
    throw Object.assign(new Error(answer.error.message), { name: answer.error.name });
  }

  /** @param {string} uid @returns {Promise<Snapshot>} When its last event comes. */
  endOf(uid) {
    return new Promise((resolve) => {
      this.#ends.push((snapshot) => snapshot.uid === uid && resolve(snapshot));
    });
  }

  /**
   * @param {string} uid
   * @param {(snapshot: Snapshot | null) => boolean} isSo
   */
  async until(uid, isSo) {
    for (;;) {
      const session = await this.host.readyIfAny();
      const snapshot = session && session.query((engine) => engine.snapshot(uid));
      if (isSo(snapshot)) return;
      await this.newsDesk.announcement(Infinity);
    }
  }

  /** What is under way is lost; the next worker of the scope may begin. */
  async die() {
    const { session } = this.host;
    const never = () => new Promise(() => {});
    Object.assign(this.host, { ready: never, readyIfAny: never, wake: never });
    await navigator.locks.request(lockName(this.scope), { steal: true }, () => {});
    await session?.end(new Error('The worker has died.'));
    setLocks();
  }
}

/** Locks that nobody holds. */
export function setLocks() {
  Object.defineProperty(globalThis, 'navigator', {
    value: { locks: new FakeLocks(), onLine: true },
    configurable: true,
  });
}

/**
 * @param {string} url
 * @param {object} [changes]  Of what is known of the request.
 * @returns {StorableRequest}
 */
export function storableRequest(url, changes = {}) {
  const info = {
    url, method: 'GET', headers: [], mode: 'cors', credentials: 'same-origin', cache: 'default',
    redirect: 'follow', referrer: 'about:client', referrerPolicy: '', integrity: '',
    bodyLength: 0, ...changes,
  };
  return { info: /** @type {any} */ (info), body: null };
}

/** @param {string} id @param {object} [changes] */
export function fetchOptions(id, changes = {}) {
  return { id, title: '', icons: [], downloadTotal: 0, ...changes };
}
