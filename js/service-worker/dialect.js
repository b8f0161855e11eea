/**
 * The dialect of widely read articles, as far as it concerns service workers:
 * what no specification has and deployed code uses all the same. These are
 * extensions. The rest is in js/shared/dialect.js.
 */

import { makeError } from '../shared/errors.js';
import { adopt } from '../shared/manager.js';
import { BackgroundFetchRegistration } from '../shared/registration.js';
import { Alarm, now } from './clock.js';
import { EventLifetime } from './event-lifetime.js';
import { BackgroundFetchEvent, BackgroundFetchUpdateUIEvent, enliven } from './events.js';

/** @typedef {import('../shared/manager.js').BackgroundFetchManager} Manager */
/** @typedef {import('./host.js').Host} Host */

/** Those who listen draw a bar; four steps a second are enough for one. */
const kProgressIntervalMs = 250;

/** @type {WeakMap<object, BackgroundFetchEvent>} By registration: what its updateUI() is that of. */
const finalEvents = new WeakMap();

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {Host} host
 * @param {() => Manager} manager  The worker's own.
 */
export function installWorkerDialect(worker, host, manager) {
  Object.assign(BackgroundFetchRegistration.prototype, { updateUI });
  Object.defineProperty(BackgroundFetchRegistration.prototype, 'updateUI', { enumerable: false });
  dispatchProgress(worker, host, manager);
}

/**
 * What comes with a final event: `registration.updateUI()`.
 *
 * @param {BackgroundFetchEvent} event
 */
export function beginDialect(event) {
  finalEvents.set(event.registration, event);
}

/**
 * What comes after a final event, in its lifetime: `backgroundfetchfailure`.
 *
 * @param {ServiceWorkerGlobalScope} worker
 * @param {BackgroundFetchEvent} event
 * @param {EventLifetime} lifetime
 */
export function endDialect(worker, { type, registration }, lifetime) {
  if (type !== 'backgroundfetchfail') return;
  const alias = new BackgroundFetchUpdateUIEvent('backgroundfetchfailure', { registration });
  enliven(alias, lifetime);
  worker.dispatchEvent(alias);
}

// Out of an object literal: a minifier leaves its name alone there.
const { updateUI } = {
  /**
   * Like the final event's, if there is one and it has any.
   *
   * @this {BackgroundFetchRegistration}
   * @param {object} [options]  BackgroundFetchUIOptions
   * @returns {Promise<void>}
   */
  async updateUI(options) {
    const event = finalEvents.get(this);
    if (event instanceof BackgroundFetchUpdateUIEvent) return event.updateUI(options);
    throw makeError('InvalidStateError', 'updateUI() works while a final event is handled.');
  },
};

/**
 * `backgroundfetchprogress` for every active fetch that moves. Without
 * listeners it reaches nobody; an event target does not tell whether it has any.
 *
 * @param {ServiceWorkerGlobalScope} worker
 * @param {Host} host
 * @param {() => Manager} manager
 */
function dispatchProgress(worker, host, manager) {
  let sequence = 0;
  let isSet = false;
  let nextAt = 0;
  const alarm = new Alarm(() => {
    isSet = false;
    nextAt = now() + kProgressIntervalMs;
    const changes = host.session?.query((engine) => {
      // An engine that is made anew counts anew.
      const since = Math.min(sequence, engine.sequence());
      sequence = engine.sequence();
      return engine.changesSince(since);
    });
    for (const snapshot of changes ?? []) {
      if (!snapshot.active || snapshot.downloaded + snapshot.uploaded === 0) continue;
      const registration = adopt(manager(), snapshot);
      const event = new BackgroundFetchEvent('backgroundfetchprogress', { registration });
      const lifetime = new EventLifetime();
      enliven(event, lifetime);
      lifetime.run(() => worker.dispatchEvent(event));
    }
  });
  host.watch(() => {
    // Later announcements change what is told, not when.
    if (!isSet) alarm.set(nextAt);
    isSet = true;
  });
}
