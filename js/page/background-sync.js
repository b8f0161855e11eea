/**
 * Asks the browser to start the worker again for work that no page watches.
 * Only pages ask: a worker may not without one, and one that asks in its sync
 * event is called again at once, without end.
 */

import { kSyncTag, syncManagersOf } from '../shared/background-sync.js';

/**
 * Chromium grants no shorter interval. This is the last resort, for when every
 * retry of the other kind has been used up.
 */
const kPeriodicIntervalMs = 12 * 60 * 60 * 1_000;

/**
 * Asking twice is asking once: a sync is known by its tag.
 *
 * @param {ServiceWorkerRegistration} registration
 */
export function askForSync(registration) {
  const { sync, periodicSync } = syncManagersOf(registration);
  // Users and browsers may refuse either: work goes on while pages are there.
  sync?.register(kSyncTag).catch(() => {});
  periodicSync?.register(kSyncTag, { minInterval: kPeriodicIntervalMs }).catch(() => {});
}
