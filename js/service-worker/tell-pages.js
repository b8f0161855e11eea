/**
 * Tells pages what they do not ask for: that there is work to watch now, and what
 * an app has said of a fetch that has ended.
 *
 * By broadcast: it reaches those that an earlier worker has met, or none yet,
 * and never a listener of the app's. Pages close their ends when they hide in
 * the back/forward cache, which a message would throw them out of.
 */

import { kBroadcastName } from '../shared/messages.js';

/** @param {import('../shared/messages.js').Broadcast} message */
export function tellPages(message) {
  const channel = new BroadcastChannel(kBroadcastName);
  channel.postMessage(message);
  channel.close();
}
