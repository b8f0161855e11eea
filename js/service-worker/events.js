/**
 * BackgroundFetchEvent and BackgroundFetchUpdateUIEvent.
 *
 * Events of ours cannot be trusted ones; that a lifetime belongs to them tells
 * them from those that the app constructs.
 */

import { makeError } from '../shared/errors.js';
import { isRegistration } from '../shared/registration.js';
import { requireArguments, toUiOptions } from '../shared/webidl.js';

/** @typedef {import('../shared/registration.js').BackgroundFetchRegistration} BackgroundFetchRegistration */
/** @typedef {import('./event-lifetime.js').EventLifetime} EventLifetime */

/**
 * What updateUI() was given, for whoever shows the fetch to the user.
 *
 * @type {WeakMap<BackgroundFetchRegistration, ReturnType<typeof toUiOptions>>}
 */
export const uiUpdates = new WeakMap();

/**
 * Gives the event the lifetime that its waitUntil() extends.
 *
 * @type {(event: BackgroundFetchEvent, lifetime: EventLifetime) => void}
 */
export let enliven;

/** @type {(event: BackgroundFetchEvent) => boolean} */
let isActive;

export class BackgroundFetchEvent extends ExtendableEvent {
  /** @type {BackgroundFetchRegistration} */
  #registration;
  /** @type {EventLifetime | null} */
  #lifetime = null;

  static {
    enliven = (event, lifetime) => {
      event.#lifetime = lifetime;
    };
    isActive = (event) => event.#lifetime?.isActive ?? false;
  }

  /**
   * @param {string} type
   * @param {ExtendableEventInit & {registration: BackgroundFetchRegistration}} init
   */
  constructor(type, init) {
    super(type, init);
    const registration = init?.registration;
    if (!isRegistration(registration)) {
      throw makeError('TypeError', 'A BackgroundFetchEvent needs a registration.');
    }
    this.#registration = registration;
  }

  get registration() {
    return this.#registration;
  }

  /** @param {unknown} promise */
  waitUntil(promise) {
    requireArguments(1, arguments.length, 'waitUntil');
    if (!this.#lifetime) {
      throw makeError('InvalidStateError', 'An event that an app constructs has no lifetime.');
    }
    this.#lifetime.extend(promise);
  }
}

export class BackgroundFetchUpdateUIEvent extends BackgroundFetchEvent {
  /** @param {{title?: string, icons?: object[]}} [options]  BackgroundFetchUIOptions */
  async updateUI(options = undefined) {
    const update = toUiOptions(options);
    // One for each fetch: it has one final event, under whatever names.
    if (!isActive(this) || uiUpdates.has(this.registration)) {
      throw makeError('InvalidStateError', 'updateUI() works once in the lifetime of an event.');
    }
    uiUpdates.set(this.registration, update);
  }
}
