// An engine that decides nothing: it notes what it is told and does what the
// test has put into it. And its host's surroundings.

/** @typedef {import('../../bindings/engine.js').Command} Command */

export class FakeEngine {
  /** @type {any[][]} Name and arguments of each event, without the time. */
  events = [];
  /** @type {Record<string, any>} By uid. */
  snapshots = {};
  working = true;
  empty = false;
  wake = Infinity;
  /** @type {Command[]} */
  #commands = [];

  /**
   * By event: what the engine does when it is told, with its arguments.
   *
   * @type {Record<string, (...args: any[]) => void>}
   */
  reactions = {};

  constructor() {
    for (const name of kEvents) {
      /** @type {any} */ (this)[name] = (/** @type {any[]} */ ...args) => {
        this.events.push([name, ...args.slice(0, -1)]);
        this.reactions[name]?.(...args);
        return this.turn();
      };
    }
  }

  /** @param {Command[]} commands  To be among those of the next turn. */
  command(...commands) {
    this.#commands.push(...commands);
  }

  /**
   * The answer to an event.
   *
   * @param {Command[]} commands
   */
  turn(...commands) {
    this.command(...commands);
    return { commands: this.#commands.splice(0), wake: this.wake, isEmpty: this.empty };
  }

  /** @param {string} uid */
  snapshot(uid) {
    return this.snapshots[uid] ?? null;
  }

  isWorking() {
    return this.working;
  }

  isEmpty() {
    return this.empty;
  }

  /** @param {any} owner @param {any} head */
  recoverHead(owner, head) {
    this.events.push(['recoverHead', owner, head]);
  }

  /** @param {any} owner @param {number} begin @param {number} end */
  recoverChunk(owner, begin, end) {
    this.events.push(['recoverChunk', owner, begin, end]);
  }

  /** @param {number} setting @param {number} value */
  set(setting, value) {
    // As at the real border.
    if (!Number.isInteger(value)) throw new RangeError('not a value for the core');
    this.events.push(['set', setting, value]);
  }

  /** @param {string} name */
  told(name) {
    return this.events.filter(([event]) => event === name);
  }
}

/** All end with the time. */
const kEvents = [
  'start', 'register', 'abort', 'release', 'setPaused', 'responseHead', 'chunkStored', 'bodyReceived',
  'bodyEnded', 'requestFailed',
  'storageFailed', 'journalSynced', 'journalSyncFailed', 'announced', 'eventDelivered',
  'fetchDeleted', 'online', 'tick',
];

/** What a failed assertion of the core looks like from outside. */
export function makeAssertion() {
  return new WebAssembly.RuntimeError('unreachable');
}

/** Lets everything that waits for promises alone happen. */
export async function promisesSettle() {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
