/**
 * What happens to the page: it is shown, hidden, or told that work has begun.
 *
 * No listener here keeps a page out of the back/forward cache, and no message
 * of ours reaches the app's own listeners.
 */

import { readMessage } from '../shared/messages.js';

/** @typedef {import('./channel.js').PageChannel} PageChannel */

/**
 * @param {EventTarget} scope  The global object.
 * @param {EventTarget} container  navigator.serviceWorker
 * @param {Iterable<PageChannel>} channels  Read anew at each event.
 * @param {() => void} onWorkBegan
 */
export function followPage(scope, container, channels, onWorkBegan) {
  scope.addEventListener('pagehide', () => {
    for (const channel of channels) channel.suspend();
  });
  scope.addEventListener('pageshow', (event) => {
    if (!(/** @type {PageTransitionEvent} */ (event).persisted)) return;
    for (const channel of channels) channel.resume();
  });
  const hear = (/** @type {Event} */ event) => {
    const { data } = /** @type {MessageEvent} */ (event);
    if (readMessage(data)?.name !== 'work-began') return;
    event.stopImmediatePropagation();
    onWorkBegan();
  };
  // Capturing: before the app's listeners, in Chromium only before later ones.
  container.addEventListener('message', hear, true);
}
