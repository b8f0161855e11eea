/**
 * Tells pages that there is work to watch now; they do not know otherwise.
 *
 * By broadcast: it reaches those that an earlier worker has met, or none yet,
 * and never a listener of the app's. Pages close their ends when they hide in
 * the back/forward cache, which a message would throw them out of.
 */

import { kBroadcastName } from '../shared/messages.js';

/** @param {string} scope  Of the registration that has work. */
export function tellWorkBegan(scope) {
  const channel = new BroadcastChannel(kBroadcastName);
  channel.postMessage(scope);
  channel.close();
}
