/**
 * Installs in windows and workers, where Background Fetch is missing and service
 * workers are there. Importing it does nothing.
 */

import { installDialect } from '../shared/dialect.js';
import { installExtras } from '../shared/extras.js';
import { install, isNeeded } from '../shared/install.js';
import { storedScopes } from '../shared/scope-storage.js';
import { openPageChannel } from './channel.js';
import { collectOrphans } from './orphans.js';
import { followPage } from './page-events.js';

/** @typedef {import('./channel.js').PageChannel} PageChannel */
/** @typedef {import('../shared/install.js').Settings} Settings */

/** @param {Settings} settings */
export function installInPage(settings) {
  const container = findContainer();
  if (container && isNeeded(settings)) start(container, settings);
}

/** @returns {ServiceWorkerContainer | undefined} */
function findContainer() {
  try {
    // Absent in Node, in insecure contexts and in some engines' workers.
    return globalThis.navigator?.serviceWorker;
  } catch {
    // Sandboxed frames may not even look.
    return undefined;
  }
}

/**
 * @param {ServiceWorkerContainer} container
 * @param {Settings} settings
 */
function start(container, settings) {
  /** @type {Set<PageChannel>} */
  const channels = new Set();
  const managerOf = install(globalThis, settings, (registration) => {
    const channel = openPageChannel(registration);
    channels.add(channel);
    wakeIfStored(channel);
    return channel;
  });
  installDialect(globalThis);
  installExtras(globalThis);
  // A page of the same registration watches, whether it has asked for anything or not.
  const watchOwnRegistration = () => openOwnRegistration(container, managerOf);
  if ('document' in globalThis) {
    followPage(window, channels, (scope) => {
      for (const channel of channels) if (channel.scope === scope) channel.wake();
      // It may have been registered since.
      watchOwnRegistration();
    });
  }
  watchOwnRegistration();
  collectOrphans(container);
}

/**
 * Where nothing is stored there is nothing to wake. The worker may not even be
 * ours, and the app's listeners there have no use for a hello.
 *
 * @param {PageChannel} channel
 */
async function wakeIfStored(channel) {
  // Where nobody can tell, the worker is asked.
  const scopes = await storedScopes().catch(() => null);
  if (scopes?.has(channel.scope) ?? true) channel.wake();
}

/**
 * A page that never asks for anything keeps work alive too, and wakes what an
 * earlier page left unfinished.
 *
 * @param {ServiceWorkerContainer} container
 * @param {(registration: ServiceWorkerRegistration) => unknown} managerOf
 */
async function openOwnRegistration(container, managerOf) {
  try {
    const registration = await container.getRegistration();
    if (registration) managerOf(registration);
  } catch {
    // WebKit refuses to look one up for workers from blob: URLs.
  }
}
