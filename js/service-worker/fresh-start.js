/**
 * A registration that is made anew starts empty: what an earlier one of the
 * same scope left behind belongs to nobody.
 */

import { clearScope } from '../shared/scope-storage.js';

/** @param {ServiceWorkerGlobalScope} worker */
export function startFresh(worker) {
  worker.addEventListener('install', (event) => {
    const { active, scope } = worker.registration;
    if (active) return;
    // Where storage fails, the app must be installed all the same.
    event.waitUntil(clearScope(scope).catch(() => {}));
  });
}
