/**
 * transfer(): moves what a fetch has stored into a Cache, record by record.
 *
 * A copy of each is deleted as soon as it is in the Cache, so that there is room
 * needed for the fetch and one record, not for the fetch twice. What a worker has
 * moved before it died is not there any more when the event comes again.
 */

import { makeError } from './errors.js';
import { installedExtras } from './extras-key.js';

/** @typedef {import('./registration.js').BackgroundFetchRegistration} BackgroundFetchRegistration */

/** Of small records: each waits for the journal, and together they share its syncs. */
const kReleasesWaitingMax = 16;

/**
 * @param {BackgroundFetchRegistration} registration  A native one is copied.
 * @param {Cache} cache
 * @returns {Promise<void>} Resolves when all records are in the Cache. Rejects with
 *   the error of the first that is not; it and the others that are not stay stored.
 */
export async function transfer(registration, cache) {
  const extras = installedExtras();
  const release = extras?.isRegistration(registration) ? extras.release : null;
  /** @type {Set<Promise<unknown>>} */
  const waiting = new Set();
  /** @type {unknown[]} */
  const errors = [];
  for (const record of await registration.matchAll()) {
    try {
      const response = await record.responseReady;
      // As Cache.add() has it.
      if (!response.ok) throw makeError('TypeError', `The status is ${response.status}.`);
      await cache.put(record.request, response);
    } catch (error) {
      // One that was moved before says so.
      const isMoved = release && /** @type {Error} */ (error).name === 'InvalidStateError';
      if (!isMoved) errors.push(error);
      continue;
    }
    if (!release) continue;
    const released = release(record).finally(() => waiting.delete(released));
    waiting.add(released);
    if (waiting.size === kReleasesWaitingMax) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  if (errors.length > 0) throw errors[0];
}
