// WorkerLife: one life of the service worker, from the start of its script to
// its death. Its global scope, and the ports to the world.

import { IDBKeyRange } from 'fake-indexeddb';
import { FakeBlob } from './fake-blob.mjs';
import { FakeRequest, FakeResponse } from './messages-over-http.mjs';
import { kSurroundings, kWebAssembly } from './worker-program.mjs';

/** @typedef {import('./world.mjs').World} World */

export const kScope = 'https://app.example/';

class FakeExtendableEvent extends Event {
  /** @type {Promise<unknown>[]} */
  promises = [];

  /** @param {unknown} promise */
  waitUntil(promise) {
    this.promises.push(Promise.resolve(promise));
  }
}

export class WorkerLife {
  #world;
  isDead = false;
  /** @type {any} */
  registration = null;
  /** Events that their waitUntil() keeps open. */
  openEvents = 0;
  /** Its lock was stolen. */
  isRobbed = false;
  /** And it has heard of that. */
  hasLostLock = false;
  /** @type {Set<() => void>} Called when it is dead. */
  mourners = new Set();
  /** How often it has heard of the end of something it waited for. */
  heard = 0;
  /** @type {EventTarget & Record<string, any>} */
  scope = /** @type {any} */ (new EventTarget());

  // What the store knows of it.
  requests = new Set();
  /** @type {Set<any>} */
  transactions = new Set();
  connections = new Set();

  /** @param {World} world @param {number} number */
  constructor(world, number) {
    this.#world = world;
    this.number = number;
    this.bornAt = world.scheduler.now;
    this.faultsBefore = world.storageFaults;
  }

  /**
   * Runs the script.
   *
   * @param {(...surroundings: any[]) => void} program
   * @param {boolean} isFirst  Of its registration: it is being installed.
   */
  start(program, isFirst) {
    const scopeOf = { get scope() { return kScope; } };
    class ServiceWorkerRegistration extends EventTarget {}
    Object.defineProperties(
      ServiceWorkerRegistration.prototype,
      Object.getOwnPropertyDescriptors(scopeOf),
    );
    const itself = Object.assign(new EventTarget(), {
      postMessage: (/** @type {any} */ data) => this.#hearItself(data),
    });
    this.registration = Object.assign(new ServiceWorkerRegistration(), {
      active: isFirst ? null : itself, installing: isFirst ? itself : null, waiting: null,
    });
    Object.assign(this.scope, {
      ServiceWorkerRegistration,
      registration: this.registration,
      navigator: this.#navigator(),
      location: { href: `${kScope}sw.js` },
    });
    const surroundings = this.#surroundings();
    program(...kSurroundings.map((name) => surroundings[name]));
  }

  /** An awaited operation has come to its end. */
  touch() {
    this.heard += 1;
  }

  /** @param {number} delay @param {() => void} run */
  later(delay, run) {
    return this.#world.scheduler.after(delay, this, () => {
      this.touch();
      run();
    });
  }

  /**
   * @param {string} type
   * @param {Record<string, any>} [fields]
   * @returns {Promise<unknown>} Its waitUntil() promises.
   */
  dispatch(type, fields = {}) {
    this.touch();
    const event = Object.assign(new FakeExtendableEvent(type), fields);
    this.scope.dispatchEvent(event);
    this.openEvents += 1;
    return Promise.all(event.promises).finally(() => {
      this.openEvents -= 1;
    });
  }

  /** It has been installed, and is the active one now. */
  activate() {
    this.registration.active = this.registration.installing;
    this.registration.installing = null;
    this.dispatch('activate');
  }

  /** Another version has been installed and waits until this one has nothing open. */
  hearOfSuccessor() {
    const successor = new EventTarget();
    Object.assign(this.registration, { installing: successor });
    this.registration.dispatchEvent(new Event('updatefound'));
    this.later(this.#world.latency(), () => {
      Object.assign(this.registration, { installing: null, waiting: successor });
      successor.dispatchEvent(new Event('statechange'));
    });
  }

  /** @param {any} data */
  #hearItself(data) {
    this.#world.checkAlive(this, 'sends itself a message');
    this.later(this.#world.latency(), () => {
      this.dispatch('message', { data, source: null, ports: [] });
    });
  }

  #navigator() {
    const world = this.#world;
    return {
      get onLine() { return world.isOnline; },
      locks: world.locks.of(this),
    };
  }

  /** @returns {Record<string, any>} */
  #surroundings() {
    const world = this.#world;
    const { scheduler, dice } = world;
    const setTimer = (/** @type {() => void} */ run, /** @type {number} */ delay) => {
      world.checkAlive(this, 'sets a timer');
      return this.later(Math.max(delay, 1), run);
    };
    const clearTimer = (/** @type {any} */ task) => scheduler.cancel(task);
    return {
      globalThis: this.scope,
      self: this.scope,
      fetch: world.fetchOf(this),
      Request: FakeRequest,
      Response: FakeResponse,
      Blob: FakeBlob,
      indexedDB: world.storage.of(this),
      IDBKeyRange,
      navigator: this.scope.navigator,
      setTimeout: setTimer,
      clearTimeout: clearTimer,
      performance: {
        timeOrigin: world.wallClock + this.bornAt,
        now: () => scheduler.now - this.bornAt,
      },
      crypto: {
        randomUUID: () => dice.uuid(),
        getRandomValues: (/** @type {Uint32Array} */ array) => array.fill(dice.below(2 ** 32)),
      },
      console: { ...console, error: (/** @type {any[]} */ ...what) => world.hearError(what) },
      location: this.scope.location,
      WebAssembly: kWebAssembly,
      ExtendableEvent: FakeExtendableEvent,
      BroadcastChannel: class {
        postMessage() {
          for (const page of world.pages) page.hearWorkBegan();
        }

        close() {}
      },
    };
  }
}
