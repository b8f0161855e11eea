/**
 * Puts the interfaces where the platform would have them. Only the entries
 * call this; importing it does nothing.
 */

/// <reference path="../../types/settings.d.ts" />

import { exposeInterface } from './interface.js';
import { BackgroundFetchManager, makeManager } from './manager.js';
import { installPermission } from './permissions.js';
import { BackgroundFetchRecord } from './record.js';
import { BackgroundFetchRegistration } from './registration.js';
import { followUnregister } from './unregistering.js';

/** @typedef {import('./channel.js').Channel} Channel */
/** @typedef {BackgroundFetchPolyfillSettings} Settings  What the app has set, unchecked. */

/** @returns {Settings} */
export function readSettings() {
  return globalThis.backgroundFetchPolyfill ?? {};
}

/**
 * Whether there is something to do here: service workers exist, Background
 * Fetch does not (or is to be replaced), and no other copy of this script has
 * been here before.
 *
 * @param {Settings} settings
 */
export function isNeeded(settings) {
  const scope = /** @type {any} */ (globalThis);
  if (!scope.ServiceWorkerRegistration) return false;
  const { BackgroundFetchManager: present } = scope;
  if (present?.polyfill) return false;
  return Boolean(settings.force) || !present;
}

/**
 * @param {object} scope  The global object.
 * @param {Settings} settings
 * @param {(registration: ServiceWorkerRegistration) => Channel} openChannel
 *   Called once for each registration.
 * @returns {(registration: ServiceWorkerRegistration) => BackgroundFetchManager}
 *   What `registration.backgroundFetch` returns.
 */
export function install(scope, { permission = 'granted' }, openChannel) {
  exposeInterface(scope, 'BackgroundFetchManager', BackgroundFetchManager);
  exposeInterface(scope, 'BackgroundFetchRegistration', BackgroundFetchRegistration);
  exposeInterface(scope, 'BackgroundFetchRecord', BackgroundFetchRecord);
  Object.defineProperty(BackgroundFetchManager, 'polyfill', { value: true });

  /** @type {WeakMap<ServiceWorkerRegistration, BackgroundFetchManager>} */
  const managers = new WeakMap();
  /** @param {ServiceWorkerRegistration} registration */
  const managerOf = (registration) => {
    let manager = managers.get(registration);
    if (!manager) {
      manager = makeManager(openChannel(registration), permission === 'denied');
      managers.set(registration, manager);
    }
    return manager;
  };
  defineBackgroundFetch(scope, managerOf);
  installPermission(scope, permission);
  followUnregister(scope);
  return managerOf;
}

/**
 * @param {any} scope
 * @param {(registration: ServiceWorkerRegistration) => BackgroundFetchManager} managerOf
 */
function defineBackgroundFetch(scope, managerOf) {
  const { prototype } = scope.ServiceWorkerRegistration;
  Object.defineProperties(
    prototype,
    Object.getOwnPropertyDescriptors({
      get backgroundFetch() {
        const registration = /** @type {any} */ (this);
        // The platform's accessor knows a registration better than instanceof does.
        Reflect.get(prototype, 'scope', registration);
        return managerOf(registration);
      },
    }),
  );
}
