/**
 * BackgroundFetchRegistration: what this realm sees of one background fetch.
 *
 * It shows the last snapshot applied. Its values change only together with a
 * `progress` event, and not at all once there is a result; only
 * recordsAvailable changes without an event. That it is paused, which no
 * specification knows, has events of its own, `pause` and `resume`.
 */

import { makeError } from './errors.js';
import { makeEventHandler } from './event-handler.js';
import { decodeId } from './id.js';
import { kConstructionKey, requireConstructionKey } from './interface.js';
import { makeRecord } from './record.js';
import { makeResponses } from './responses.js';
import { requireArguments, toMatchOptions, toMatchQuery } from './webidl.js';

/** @typedef {import('./channel.js').Channel} Channel */
/** @typedef {import('./messages.js').Snapshot} Snapshot */
/** @typedef {import('./messages.js').MatchQuery} MatchQuery */
/** @typedef {import('./messages.js').Questions} Questions */
/** @typedef {import('./record.js').BackgroundFetchRecord} BackgroundFetchRecord */

/**
 * Shows the registration a newer snapshot of its fetch.
 *
 * @type {(registration: BackgroundFetchRegistration, snapshot: Snapshot) => void}
 */
export let applySnapshot;

/**
 * The registration's records are deleted; nothing more will be heard of it.
 *
 * @type {(registration: BackgroundFetchRegistration) => void}
 */
export let dropRecords;

/**
 * Asks for the responses that somebody waits for, whether there are news or not.
 *
 * @type {(registration: BackgroundFetchRegistration) => void}
 */
export let askForResponses;

/**
 * What extras.js shows of it to those who know of more than the draft does.
 *
 * @type {(registration: BackgroundFetchRegistration) => Snapshot}
 */
export let snapshotOf;

/**
 * Has the worker asked something of its fetch.
 *
 * @type {(registration: BackgroundFetchRegistration, paused: boolean) => Promise<boolean>}
 */
export let setPaused;

/**
 * The user has activated what is shown of its fetch.
 *
 * @type {(registration: BackgroundFetchRegistration) => Promise<unknown>}
 */
export let click;

/**
 * By its brand: whose prototype an object has, anybody may change.
 *
 * @type {(value: any) => boolean}
 */
export let isRegistration;

export class BackgroundFetchRegistration extends EventTarget {
  /** @type {Channel} */
  #channel;
  /** @type {Snapshot} */
  #snapshot;
  #responses = makeResponses((name, fields) => this.#ask(name, fields));
  #onprogress = makeEventHandler(this, 'progress');

  static {
    applySnapshot = (registration, snapshot) => registration.#apply(snapshot);
    dropRecords = (registration) => {
      registration.#apply({ ...registration.#snapshot, recordsAvailable: false });
      registration.#responses.drop();
    };
    askForResponses = (registration) => registration.#responses.advance();
    snapshotOf = (registration) => registration.#snapshot;
    setPaused = (registration, paused) => registration.#setPaused(paused);
    click = (registration) =>
      registration.#channel.ask('click', { snapshot: registration.#snapshot });
    isRegistration = (value) => value instanceof Object && #snapshot in value;
  }

  /** @param {any[]} internals  kConstructionKey, Channel, Snapshot */
  constructor(...internals) {
    requireConstructionKey(internals[0]);
    super();
    [, this.#channel, this.#snapshot] = internals;
  }

  get id() {
    return decodeId(this.#snapshot.id);
  }

  get uploadTotal() {
    return this.#snapshot.uploadTotal;
  }

  get uploaded() {
    return this.#snapshot.uploaded;
  }

  get downloadTotal() {
    return this.#snapshot.downloadTotal;
  }

  get downloaded() {
    return this.#snapshot.downloaded;
  }

  get result() {
    return this.#snapshot.result;
  }

  get failureReason() {
    return this.#snapshot.failureReason;
  }

  get recordsAvailable() {
    return this.#snapshot.recordsAvailable;
  }

  get onprogress() {
    return this.#onprogress.get();
  }

  set onprogress(value) {
    this.#onprogress.set(value);
  }

  /** @returns {Promise<boolean>} */
  async abort() {
    return this.#ask('abort', {});
  }

  /**
   * @param {RequestInfo | URL} request
   * @param {CacheQueryOptions} [options]
   * @returns {Promise<BackgroundFetchRecord | undefined>}
   */
  async match(request, options = undefined) {
    this.#requireRecords();
    requireArguments(1, arguments.length, 'match');
    const [first] = await this.#match(toMatchQuery(request, options));
    return first;
  }

  /**
   * @param {RequestInfo | URL} [request]  Undefined: all records.
   * @param {CacheQueryOptions} [options]
   * @returns {Promise<BackgroundFetchRecord[]>}
   */
  async matchAll(request = undefined, options = undefined) {
    this.#requireRecords();
    if (request !== undefined) return this.#match(toMatchQuery(request, options));
    // Refused where they do not convert, though nothing uses them.
    toMatchOptions(options);
    return this.#match(null);
  }

  #requireRecords() {
    if (this.#snapshot.recordsAvailable) return;
    throw makeError('InvalidStateError', 'The records of this background fetch are gone.');
  }

  /**
   * A question about this fetch.
   *
   * @template {keyof Questions} Name
   * @param {Name} name
   * @param {Omit<Questions[Name]['ask'], 'uid'>} fields
   * @returns {Promise<Questions[Name]['answer']>}
   */
  #ask(name, fields) {
    return this.#channel.ask(name, /** @type {any} */ ({ ...fields, uid: this.#snapshot.uid }));
  }

  /** @param {MatchQuery | null} query */
  async #match(query) {
    const matched = await this.#ask('match', { query });
    return matched.map((record) => makeRecord(record, this.#responses));
  }

  /** @param {boolean} paused */
  async #setPaused(paused) {
    const isActive = await this.#ask('pause', { paused });
    // The answer may overtake the news, and whoever waits for it looks at once.
    if (isActive) this.#apply({ ...this.#snapshot, paused });
    return isActive;
  }

  /** @param {Snapshot} next */
  #apply(next) {
    const previous = this.#snapshot;
    const isFinal = previous.result !== '';
    const recordsAvailable = previous.recordsAvailable && next.recordsAvailable;
    this.#snapshot = { ...(isFinal ? previous : next), recordsAvailable };
    // Responses of records that the app has stay readable while they are stored.
    if (hasMoreAnswers(previous, next)) this.#responses.advance();
    if (isFinal) return;
    if (hasProgressed(previous, next)) this.dispatchEvent(new Event('progress'));
    if (previous.paused !== next.paused && next.result === '') {
      this.dispatchEvent(new Event(next.paused ? 'pause' : 'resume'));
    }
  }
}

/** @param {Channel} channel @param {Snapshot} snapshot */
export function makeRegistration(channel, snapshot) {
  return new BackgroundFetchRegistration(kConstructionKey, channel, snapshot);
}

/** @param {Snapshot} previous @param {Snapshot} next */
function hasProgressed(previous, next) {
  return (
    previous.downloaded !== next.downloaded ||
    previous.uploaded !== next.uploaded ||
    previous.result !== next.result ||
    previous.failureReason !== next.failureReason
  );
}

/** @param {Snapshot} previous @param {Snapshot} next */
function hasMoreAnswers(previous, next) {
  return previous.answers !== next.answers || previous.result !== next.result;
}
