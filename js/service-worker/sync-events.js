/**
 * The browser's own wake-up calls: `sync` and `periodicsync` with our tag. The
 * app's listeners do not see them.
 */

import { kSyncTag, syncManagersOf } from '../shared/background-sync.js';

/** Chromium ends a sync event after 180 s, and with it the chance to ask for the next one. */
const kSyncWorkMs = 150_000;

/** Chromium tells the app's listeners, too, of what a sync event fails with. */
const kUnfinished = new Error('Background fetches are not finished yet.');

/**
 * @typedef {ExtendableEvent & {tag: string}} SyncEvent
 *
 * @param {ServiceWorkerGlobalScope} worker
 * @param {(timeoutMs: number) => Promise<boolean>} workEnds  Resolves with true
 *   when nothing is left to do, with false when the time is over before.
 * @param {(work: Promise<unknown>) => Promise<void>} lifetimeOf
 */
export function answerSyncs(worker, workEnds, lifetimeOf) {
  /** @param {SyncEvent} event */
  const answer = async ({ type, tag }) => {
    let isDone = false;
    await lifetimeOf(workEnds(kSyncWorkMs).then((value) => (isDone = value)));
    // A sync that fails is tried again later, as often as the browser likes; to
    // ask for one here would bring it at once. A periodic one comes anyway.
    if (type === 'sync') {
      if (!isDone) throw kUnfinished;
    } else if (isDone) {
      await syncManagersOf(worker.registration).periodicSync?.unregister(tag);
    }
  };
  for (const type of ['sync', 'periodicsync']) {
    const listener = (/** @type {any} */ event) => {
      if (event.tag !== kSyncTag) return;
      event.stopImmediatePropagation();
      event.waitUntil(answer(event));
    };
    worker.addEventListener(type, listener, true);
  }
  const keepToOurselves = (/** @type {PromiseRejectionEvent} */ event) => {
    if (event.reason !== kUnfinished) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  worker.addEventListener('unhandledrejection', keepToOurselves, true);
}
