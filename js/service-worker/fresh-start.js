/**
 * A registration that is made anew starts empty: what an earlier one of the
 * same scope left behind belongs to nobody.
 */

import { deleteBodyStore } from './body-store.js';
import { deleteJournal } from './journal-folder.js';
import { stealScopeLock } from './scope-lock.js';

/** @param {ServiceWorkerGlobalScope} worker */
export function startFresh(worker) {
  worker.addEventListener('install', (event) => {
    const { active, scope } = worker.registration;
    if (active) return;
    // The earlier registration's worker may still run; its lock is worth
    // nothing any more.
    event.waitUntil(
      stealScopeLock(scope, async () => {
        // Where storage fails, the app must be installed all the same.
        await Promise.allSettled([deleteJournal(scope), deleteBodyStore(scope)]);
      }),
    );
  });
}
