/**
 * The package's ponyfill for service workers: importing it does nothing, and
 * install() does what importing the polyfill does. It has to be called before
 * the worker's script has run once.
 */

import { installInWorker } from './install-in-worker.js';

export { isPaused, pause, resume } from '../shared/extras.js';
export { BackgroundFetchManager } from '../shared/manager.js';
export { BackgroundFetchRecord } from '../shared/record.js';
export { BackgroundFetchRegistration } from '../shared/registration.js';
export { transfer } from '../shared/transfer.js';
export { BackgroundFetchEvent, BackgroundFetchUpdateUIEvent } from './events.js';
export { respondWithRange } from './respond-with-range.js';

/**
 * @param {import('../shared/install.js').Settings} [settings]
 * @returns {boolean} Whether ours is at work now.
 */
export function install(settings = {}) {
  installInWorker(settings);
  return Boolean(/** @type {any} */ (globalThis).BackgroundFetchManager?.polyfill);
}
