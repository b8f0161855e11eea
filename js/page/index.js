/**
 * The entry for windows and workers: importing it installs, where Background
 * Fetch is missing and service workers are there.
 */

import { installDialect } from '../shared/dialect.js';
import { install, isNeeded, readSettings } from '../shared/install.js';
import { openPageChannel } from './channel.js';
import { collectOrphans } from './orphans.js';
import { followPage } from './page-events.js';

/** @typedef {import('./channel.js').PageChannel} PageChannel */

const container = findContainer();
const settings = readSettings();
if (container && isNeeded(settings)) start(container);

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

/** @param {ServiceWorkerContainer} container */
function start(container) {
  /** @type {Set<PageChannel>} */
  const channels = new Set();
  const managerOf = install(globalThis, settings, (registration) => {
    const channel = openPageChannel(registration);
    channels.add(channel);
    channel.wake();
    return channel;
  });
  installDialect(globalThis);
  const watchOwnRegistration = () => openOwnRegistration(container, managerOf);
  followPage(globalThis, container, channels, () => {
    for (const channel of channels) channel.wake();
    watchOwnRegistration();
  });
  watchOwnRegistration();
  collectOrphans(container);
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
