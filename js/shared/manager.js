/**
 * BackgroundFetchManager: starts background fetches of one service worker
 * registration and finds those that are active.
 *
 * Owns the registration objects of this realm, one for each fetch, so that the
 * same fetch is the same object wherever the app meets it.
 */

import { makeError } from './errors.js';
import { decodeId, encodeId } from './id.js';
import { kConstructionKey, requireConstructionKey } from './interface.js';
import { applySnapshot, askForResponses, dropRecords, makeRegistration } from './registration.js';
import { toInfo } from './request.js';
import {
  requireArguments,
  requireId,
  toDomString,
  toFetchOptions,
  toItems,
  toRequests,
} from './webidl.js';

/** @typedef {import('./channel.js').Channel} Channel */
/** @typedef {import('./channel.js').ChannelNews} ChannelNews */
/** @typedef {import('./messages.js').Snapshot} Snapshot */
/** @typedef {import('./registration.js').BackgroundFetchRegistration} Registration */

/**
 * The manager's one registration object for the fetch of a snapshot. One that
 * is there already keeps its values: news arrive in order, snapshots that come
 * as answers may be older.
 *
 * @type {(manager: BackgroundFetchManager, snapshot: Snapshot) => Registration}
 */
export let adopt;

/**
 * @type {(manager: BackgroundFetchManager, listener: (registration: Registration) => void) =>
 *   () => void} Tells of every fetch that this realm knows, at once and whenever
 *   there is something new of it, until the function that it returns is called.
 */
export let follow;

export class BackgroundFetchManager {
  /** @type {Channel} */
  #channel;
  /** @type {boolean} */
  #isDenied;
  /**
   * By uid; while records are available.
   *
   * @type {Map<string, Registration>}
   */
  #registrations = new Map();

  /** @type {Set<(registration: Registration) => void>} */
  #followers = new Set();

  static {
    adopt = (manager, snapshot) => manager.#adopt(snapshot);
    follow = (manager, listener) => {
      manager.#followers.add(listener);
      for (const registration of manager.#registrations.values()) listener(registration);
      return () => manager.#followers.delete(listener);
    };
  }

  /** @param {any[]} internals  kConstructionKey, Channel, whether fetch() is denied */
  constructor(...internals) {
    requireConstructionKey(internals[0]);
    [, this.#channel, this.#isDenied] = internals;
    this.#channel.keepWatching(() => [...this.#registrations.keys()]);
    this.#channel.watch((news) => this.#hear(news));
  }

  /**
   * @param {string} id
   * @param {RequestInfo | URL | Iterable<RequestInfo | URL>} requests
   * @param {object} [options]  BackgroundFetchOptions
   * @returns {Promise<Registration>}
   */
  async fetch(id, requests, options = undefined) {
    const channel = this.#channel;
    requireArguments(2, arguments.length, 'fetch');
    // Web IDL converts all arguments before the draft looks at any of them.
    const convertedId = encodeId(toDomString(id));
    const items = toItems(requests);
    const convertedOptions = toFetchOptions(options);
    requireId(convertedId);
    const convertedRequests = toRequests(items);
    if (this.#isDenied) throw makeError('NotAllowedError', 'Background fetches are denied.');
    // Refused before bodies are read, which may take long; the engine decides
    // again when it has them.
    await channel.ask('checkId', { id: convertedId });
    const snapshot = await channel.ask('fetch', {
      uid: crypto.randomUUID(),
      options: {
        ...convertedOptions,
        id: convertedId,
        icons: convertedOptions.icons.map((icon) => ({ ...icon, src: resolveUrl(icon.src) })),
      },
      requests: await Promise.all(convertedRequests.map(toInfo)),
    });
    return this.#adopt(snapshot);
  }

  /**
   * @param {string} id
   * @returns {Promise<Registration | undefined>}
   */
  async get(id) {
    const channel = this.#channel;
    requireArguments(1, arguments.length, 'get');
    const convertedId = encodeId(toDomString(id));
    requireId(convertedId);
    const snapshot = await channel.ask('get', { id: convertedId });
    return snapshot === null ? undefined : this.#adopt(snapshot);
  }

  /** @returns {Promise<readonly string[]>} Web IDL's FrozenArray. */
  async getIds() {
    return Object.freeze((await this.#channel.ask('getIds', {})).map(decodeId));
  }

  /** @param {Snapshot} snapshot */
  #adopt(snapshot) {
    const known = this.#registrations.get(snapshot.uid);
    if (known) return known;
    const registration = makeRegistration(this.#channel, snapshot);
    if (snapshot.recordsAvailable) {
      this.#registrations.set(snapshot.uid, registration);
      this.#tell(registration);
    }
    return registration;
  }

  /** @param {ChannelNews} news */
  #hear({ changes, gone, isSilent }) {
    if (isSilent) for (const one of this.#registrations.values()) askForResponses(one);
    for (const snapshot of changes) {
      const registration = this.#registrations.get(snapshot.uid);
      if (!registration) {
        // Begun elsewhere. The app may never ask for it; who follows wants it.
        this.#adopt(snapshot);
        continue;
      }
      if (!snapshot.recordsAvailable) this.#registrations.delete(snapshot.uid);
      applySnapshot(registration, snapshot);
      this.#tell(registration);
    }
    for (const uid of gone) {
      const registration = this.#registrations.get(uid);
      if (!registration) continue;
      this.#registrations.delete(uid);
      dropRecords(registration);
      this.#tell(registration);
    }
  }

  /** @param {Registration} registration */
  #tell(registration) {
    for (const listener of this.#followers) listener(registration);
  }
}

/**
 * @param {Channel} channel
 * @param {boolean} isDenied  The permission: fetch() rejects.
 */
export function makeManager(channel, isDenied) {
  return new BackgroundFetchManager(kConstructionKey, channel, isDenied);
}

/**
 * Against the document that asks, not against the worker that will show it.
 * Request knows the base URL in every kind of realm.
 *
 * @param {string} url
 */
function resolveUrl(url) {
  try {
    return new Request(url).url;
  } catch {
    // An icon that cannot be loaded costs the icon, not the fetch.
    return url;
  }
}
