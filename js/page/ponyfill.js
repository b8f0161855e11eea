/**
 * The package's ponyfill for windows and workers: importing it does nothing,
 * there is nothing it needs to be imported, and install() does what importing
 * the polyfill does.
 */

import { installInPage } from './install-in-page.js';

export { isPaused, pause, resume } from '../shared/extras.js';
export { BackgroundFetchManager } from '../shared/manager.js';
export { BackgroundFetchRecord } from '../shared/record.js';
export { BackgroundFetchRegistration } from '../shared/registration.js';
export { transfer } from '../shared/transfer.js';

/**
 * @param {import('../shared/install.js').Settings} [settings]
 * @returns {boolean} Whether ours is at work now.
 */
export function install(settings = {}) {
  installInPage(settings);
  return Boolean(/** @type {any} */ (globalThis).BackgroundFetchManager?.polyfill);
}
