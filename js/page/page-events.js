/**
 * What happens to the page: it is shown, hidden, told that work has begun, or
 * back on the network.
 *
 * No listener here keeps a page out of the back/forward cache, and no message
 * of ours reaches the app's own listeners.
 */

import { kBroadcastName } from '../shared/messages.js';

/** @typedef {import('./channel.js').PageChannel} PageChannel */

/**
 * @param {Window & typeof globalThis} scope  The global object.
 * @param {Iterable<PageChannel>} channels  Read anew at each event.
 * @param {(scope: string) => void} onWorkBegan  In the registration of this scope.
 */
export function followPage(scope, channels, onWorkBegan) {
  /** @type {BroadcastChannel} */
  let broadcast;
  const listen = () => {
    broadcast = new scope.BroadcastChannel(kBroadcastName);
    broadcast.onmessage = ({ data }) => onWorkBegan(data);
  };
  listen();
  scope.addEventListener('pagehide', () => {
    broadcast.close();
    for (const channel of channels) channel.suspend();
  });
  scope.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    listen();
    for (const channel of channels) channel.resume();
  });
  // Not every engine tells the worker, which waits for the network without
  // asking for anything: a hello makes it look again.
  scope.addEventListener('online', () => {
    for (const channel of channels) channel.wakeIfWorking();
  });
}
