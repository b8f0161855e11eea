/**
 * The event that tells the app how a background fetch has ended.
 */

import { EventLifetime } from './event-lifetime.js';
import { BackgroundFetchEvent, BackgroundFetchUpdateUIEvent, enliven } from './events.js';

/** @typedef {import('../shared/registration.js').BackgroundFetchRegistration} Registration */

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {'success' | 'fail' | 'abort'} outcome
 * @param {Registration} registration
 * @returns {Promise<void>} Resolves when the lifetime of the event has ended.
 */
export function dispatchOutcome(worker, outcome, registration) {
  const Interface = outcome === 'abort' ? BackgroundFetchEvent : BackgroundFetchUpdateUIEvent;
  const event = new Interface(`backgroundfetch${outcome}`, { registration });
  const lifetime = new EventLifetime();
  enliven(event, lifetime);
  return lifetime.run(() => worker.dispatchEvent(event));
}
