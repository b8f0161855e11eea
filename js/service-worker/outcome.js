/**
 * The events that tell the app how a background fetch has ended, and that the
 * user has activated what is shown of it.
 */

import { beginDialect, endDialect } from './dialect.js';
import { EventLifetime } from './event-lifetime.js';
import { BackgroundFetchEvent, BackgroundFetchUpdateUIEvent, enliven } from './events.js';

/** @typedef {import('../shared/registration.js').BackgroundFetchRegistration} Registration */

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {'success' | 'fail' | 'abort'} outcome
 * @param {Registration} registration
 * @returns {Promise<boolean>} Resolves when the lifetime of the event has ended:
 *   whether it was held beyond the return of all listeners.
 */
export function dispatchOutcome(worker, outcome, registration) {
  const Interface = outcome === 'abort' ? BackgroundFetchEvent : BackgroundFetchUpdateUIEvent;
  const event = new Interface(`backgroundfetch${outcome}`, { registration });
  const lifetime = new EventLifetime();
  enliven(event, lifetime);
  beginDialect(event);
  return lifetime.run(() => {
    worker.dispatchEvent(event);
    endDialect(worker, event, lifetime);
  });
}

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {Registration} registration
 * @returns {Promise<boolean>} As above.
 */
export function dispatchClick(worker, registration) {
  const event = new BackgroundFetchEvent('backgroundfetchclick', { registration });
  const lifetime = new EventLifetime();
  enliven(event, lifetime);
  return lifetime.run(() => worker.dispatchEvent(event));
}
