/**
 * transfer(): moves what a fetch has stored into a Cache, record by record.
 *
 * What is stored of each is deleted as soon as it is in the Cache, so that there is room
 * needed for the fetch and one record, not for the fetch twice. Small ones that were stored
 * together, a megabyte at most, go with the last of them. What a worker has moved before it
 * died is not there any more when the event comes again.
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
  /** So many were left when the disk was full. */
  let leftWhenFull = -1;
  // From its end, so that nothing keeps what is done with: bytes are deleted when
  // nobody refers to them any more.
  let left = (await registration.matchAll()).reverse();
  for (let record; (record = left.pop()); ) {
    try {
      const response = await record.responseReady.catch((error) => {
        // One that was moved before says so.
        if (!release || error.name !== 'InvalidStateError') throw error;
      });
      if (!response) continue;
      // As Cache.add() has it.
      if (!response.ok) throw makeError('TypeError', `Status ${response.status}`);
      await cache.put(record.request, response);
      if (!release) continue;
      // One that fails costs room alone, until the event has ended.
      /** @type {Promise<unknown>} */
      const released = release(record).catch(() => {}).then(() => waiting.delete(released));
      waiting.add(released);
      if (waiting.size === kReleasesWaitingMax) await Promise.race(waiting);
    } catch (error) {
      const isFull = /** @type {Error} */ (error).name === 'QuotaExceededError';
      if (isFull && release && left.length !== leftWhenFull) {
        // What has been moved is being deleted. The Response is used up.
        await Promise.all(waiting);
        leftWhenFull = left.length;
        left = (await registration.matchAll()).reverse().slice(0, leftWhenFull + 1);
      } else {
        errors.push(error);
        // The others would find no room either.
        if (isFull) break;
      }
    }
  }
  await Promise.all(waiting);
  for (const error of errors) throw error;
}
