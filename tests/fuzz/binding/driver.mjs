// Driver: a host made of lots. What it calls next is always allowed; every
// command is carried out, some time, with one answer or another.

import { makeHead, makeOptions, makeOwner, makeQuery, makeRequest } from './good-values.mjs';

/** @typedef {import('../../../bindings/engine.js').Command} Command */
/** @typedef {import('../../../bindings/engine.js').CoreModule} CoreModule */
/** @typedef {import('../../host/dice.mjs').Dice} Dice */

/** What the border may throw: its own errors, and those of reading a value. */
export const kErrorNames = ['RangeError', 'TypeError', 'BindingError', 'Thrown'];

const kFolder = '/background-fetch/fuzz';
const kOrigin = 'https://app.example';
const kFetchesMax = 4;

/** @typedef {{name: string, call: any[], done: () => void}} Call  done: it was taken. */

/** @typedef {{state: 'asked' | 'answered' | 'reading' | 'cancelled', read: any}} Request */

export class Driver {
  #dice;
  /** @type {any} */
  #core;
  #now = 1_800_000_000_000;
  #isStarted = false;
  #token = 0;
  #fetches = 0;
  /** @type {Map<number, Request>} */
  #requests = new Map();
  /** Commands of turns, not yet looked at. @type {Command[]} */
  #commands = [];
  /** Those that wait for their answer. @type {Command[]} */
  #waiting = [];

  /** @param {Dice} dice @param {CoreModule} core */
  constructor(dice, core) {
    this.#dice = dice;
    this.#core = core;
  }

  /** @param {Dice} dice @param {() => Promise<CoreModule>} loadCore */
  static async start(dice, loadCore) {
    const core = await loadCore();
    core.FS.mkdirTree(kFolder);
    core.open(kFolder, 1, kOrigin);
    return new Driver(dice, core);
  }

  /** @param {string} name @param {unknown[]} args */
  call(name, args) {
    const answer = this.#core[name](...args);
    // Of an event: its turn.
    if (answer?.commands) this.#commands.push(...answer.commands);
  }

  /** A good call, and what it leads to. */
  step() {
    const { name, call, done } = this.nextCall();
    this.call(name, call);
    done();
    this.carryOut();
  }

  /** All that can be seen of the engine, and what of it is on disk. */
  picture() {
    const core = this.#core;
    const files = core.FS.readdir(kFolder).map((/** @type {string} */ name) => {
      if (name.startsWith('.')) return '';
      const { size } = core.FS.stat(`${kFolder}/${name}`);
      return `${name}: ${size}`;
    });
    return JSON.stringify([
      files, core.sequence(), core.isWorking(), core.isEmpty(), core.activeIds(),
      core.changesSince(0),
    ]);
  }

  carryOut() {
    for (const command of this.#commands.splice(0)) this.#accept(command);
  }

  /** Everything ends when everything is answered. */
  finish() {
    if (!this.#isStarted) this.#start();
    for (let i = 0; i < 50; i += 1) this.step();
  }

  #start() {
    this.call('start', [true, this.#now]);
    this.#isStarted = true;
    this.carryOut();
  }

  /** @returns {Call} One that is allowed now. */
  nextCall() {
    this.#now += this.#dice.below(50);
    if (!this.#isStarted) return this.#bootCall();
    return this.#dice.chance(50) ? this.#answer() ?? this.#question() : this.#question();
  }

  /** @returns {Call} */
  #bootCall() {
    const { begin, end } = { begin: 0, end: this.#dice.between(1, 1000) };
    return this.#dice.pick([
      call('recoverHead', [makeOwner(9), makeHead(this.#dice)]),
      call('recoverChunk', [makeOwner(9), begin, end]),
      call('set', [this.#dice.below(4), this.#dice.below(1_000_000)]),
      call('start', [this.#dice.chance(80), this.#now], () => {
        this.#isStarted = true;
      }),
    ]);
  }

  /** @returns {Call} What somebody wants. */
  #question() {
    const uid = makeOwner(this.#dice.below(kFetchesMax + 1)).uid;
    const time = this.#now;
    this.#token += 1;
    const questions = [
      call('abort', [this.#token, uid, this.#dice.chance(20), time]),
      call('setPaused', [this.#token, uid, this.#dice.chance(50), time]),
      call('release', [this.#token, uid, this.#dice.below(3), time]),
      call('online', [this.#dice.chance(80), time]),
      call('tick', [time]),
      call('changesSince', [0]),
      call('snapshot', [uid]),
      call('activeUid', ['film']),
      call('match', [uid, this.#dice.chance(50) ? null : makeQuery()]),
      call('request', [uid, this.#dice.below(9)]),
      call('recordStates', [uid, [0, this.#dice.below(9)]]),
    ];
    if (this.#fetches < kFetchesMax && this.#dice.chance(40)) return this.#register();
    return this.#dice.pick(questions);
  }

  #register() {
    const { uid } = makeOwner(this.#fetches);
    const options = makeOptions(`film ${this.#dice.below(2)}`);
    const requests = Array.from({ length: this.#dice.between(1, 3) }, makeRequest);
    const args = [this.#token, uid, options, requests, 2 ** 53 - 1, this.#now];
    return call('register', args, () => {
      this.#fetches += 1;
    });
  }

  /** @returns {Call | null} To a command. */
  #answer() {
    const requests = [...this.#requests];
    if (requests.length > 0 && this.#dice.chance(60)) {
      const [number, request] = this.#dice.pick(requests);
      const next = this.#answerRequest(number, request);
      if (next) return next;
    }
    const command = this.#waiting.length > 0 ? this.#dice.pick(this.#waiting) : null;
    return command && this.#answerCommand(command);
  }

  /** @param {number} number @param {Request} request @returns {Call | null} */
  #answerRequest(number, request) {
    const time = this.#now;
    const close = () => this.#requests.delete(number);
    const failed = call('requestFailed', [number, time], close);
    if (request.state === 'cancelled' || this.#dice.chance(10)) return failed;
    if (request.state === 'asked') {
      return call('responseHead', [number, makeHead(this.#dice), time], () => {
        request.state = 'answered';
      });
    }
    if (request.state !== 'reading') return null;
    const { read } = request;
    const most = read.end < 0 ? read.begin + 5000 : read.end;
    if (read.begin >= most || this.#dice.chance(20)) {
      return this.#dice.pick([
        call('bodyEnded', [number, time], close),
        call('storageFailed', [number, this.#dice.chance(50), time], close),
      ]);
    }
    if (!read.isReceived && this.#dice.chance(10)) {
      return call('bodyReceived', [number, most - read.begin, time], () => {
        read.isReceived = true;
      });
    }
    const end = Math.min(most, read.begin + this.#dice.between(1, 2000));
    return call('chunkStored', [number, read.begin, end, time], () => {
      read.begin = end;
    });
  }

  /** @param {any} command @returns {Call} */
  #answerCommand(command) {
    const time = this.#now;
    const done = () => {
      this.#waiting = this.#waiting.filter((each) => each !== command);
    };
    switch (command.type) {
      case 'sync-journal':
        return this.#dice.chance(90)
          ? call('journalSynced', [time], done)
          : call('journalSyncFailed', [this.#dice.chance(50), time], done);
      case 'announce':
        return call('announced', [command.sequence, time], done);
      case 'deliver':
        return call('eventDelivered', [command.uid, this.#dice.chance(50), time], done);
      default:
        return call('fetchDeleted', [command.uid, time], done);
    }
  }

  /** @param {any} command */
  #accept(command) {
    const request = this.#requests.get(command.request);
    switch (command.type) {
      case 'start-request':
        this.#requests.set(command.request, { state: 'asked', read: null });
        break;
      case 'read-body':
        if (request) Object.assign(request, { state: 'reading', read: { ...command } });
        break;
      case 'cancel-request':
        if (request) request.state = 'cancelled';
        break;
      case 'announce':
        if (command.mustBeHeard) this.#waiting.push(command);
        break;
      case 'sync-journal':
      case 'deliver':
      case 'delete-fetch':
        this.#waiting.push(command);
    }
  }
}

/** @param {string} name @param {any[]} args @param {() => void} [done] @returns {Call} */
function call(name, args, done = () => {}) {
  return { name, call: args, done };
}
