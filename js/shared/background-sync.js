/**
 * Background Sync and Periodic Background Sync, where an engine has them: the
 * browser starts the worker again when no page is left.
 */

/** Of both kinds; the app's own syncs have other tags. */
export const kSyncTag = 'background-fetch-polyfill';

/**
 * The part of a registration that type libraries do not know yet.
 *
 * @typedef {object} SyncManagers
 * @property {{register(tag: string): Promise<void>}} [sync]
 * @property {{
 *   register(tag: string, options: {minInterval: number}): Promise<void>,
 *   unregister(tag: string): Promise<void>,
 * }} [periodicSync]
 */

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {SyncManagers}
 */
export function syncManagersOf(registration) {
  return /** @type {any} */ (registration);
}
