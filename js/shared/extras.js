/**
 * What no specification has: pausing and resuming.
 *
 * The functions are the package's, the registrations those of whichever copy of
 * it has installed: a page may load the drop-in script and import the module, too.
 * So the copy that installs there leaves its hands on the global, where all
 * copies find them.
 */

import { makeError } from './errors.js';
import { installedExtras, kExtras } from './extras-key.js';
import { follow } from './manager.js';
import { release } from './record.js';
import { click, isRegistration, setPaused, snapshotOf } from './registration.js';

/** @typedef {import('./registration.js').BackgroundFetchRegistration} BackgroundFetchRegistration */

const extras = { click, follow, isRegistration, release, setPaused, snapshotOf };

/** @typedef {typeof extras} Extras */

/** @param {object} scope  The global object. */
export function installExtras(scope) {
  Object.defineProperty(scope, kExtras, { value: extras });
}

/**
 * Nothing is asked of the network any more until resume(), whatever becomes of
 * pages, workers and the browser.
 *
 * @param {BackgroundFetchRegistration} registration
 * @returns {Promise<boolean>} False: it has settled.
 */
export async function pause(registration) {
  return extrasFor(registration).setPaused(registration, true);
}

/**
 * @param {BackgroundFetchRegistration} registration
 * @returns {Promise<boolean>} False: it has settled.
 */
export async function resume(registration) {
  return extrasFor(registration).setPaused(registration, false);
}

/**
 * Changes together with the events `pause` and `resume` of the registration.
 *
 * @param {BackgroundFetchRegistration} registration
 * @returns {boolean} False once there is a result.
 */
export function isPaused(registration) {
  const { paused, result } = extrasFor(registration).snapshotOf(registration);
  return paused && result === '';
}

/**
 * @param {unknown} registration
 * @returns {Extras}
 */
function extrasFor(registration) {
  if (isRegistration(registration)) return extras;
  const installed = installedExtras();
  if (installed?.isRegistration(registration)) return installed;
  // A native's interface may have been replaced; its objects still say what they are.
  const isNative = String(registration) === '[object BackgroundFetchRegistration]';
  throw isNative
    ? makeError('NotSupportedError', 'A native background fetch cannot be paused.')
    : makeError('TypeError', 'This is not a BackgroundFetchRegistration.');
}
