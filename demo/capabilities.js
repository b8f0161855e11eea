// Says which of the capabilities that matter here come from the browser, which
// from the polyfill, and which are missing.

import { formatBytes } from './shared/format.js';
import { byId, make } from './shared/page.js';

/**
 * @typedef {'native' | 'polyfill' | 'missing'} Source
 * @typedef {{name: string, source: Source, note: string}} Capability
 */

/** @type {Record<Source, string>} */
const kLabels = { native: 'browser', polyfill: 'polyfill', missing: 'not here' };

/** @returns {Capability} */
function backgroundFetch() {
  const name = 'Background Fetch';
  if (typeof BackgroundFetchManager === 'undefined') return { name, source: 'missing', note: '' };
  if (BackgroundFetchManager.polyfill !== true) return { name, source: 'native', note: '' };
  return { name, source: 'polyfill', note: '' };
}

/**
 * @param {string} name
 * @param {string} interfaceName
 * @param {string} without  What that means where it is missing.
 * @returns {Capability}
 */
function sync(name, interfaceName, without) {
  return interfaceName in self
    ? { name, source: 'native', note: '' }
    : { name, source: 'missing', note: without };
}

/** @returns {Promise<Capability>} */
async function storageEstimate() {
  const name = 'Storage estimate';
  if (!navigator.storage?.estimate) return { name, source: 'missing', note: '' };
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { name, source: 'native', note: `${formatBytes(usage)} of ${formatBytes(quota)} used` };
}

/** @returns {Promise<Capability>} */
async function storagePersistence() {
  const name = 'Persistent storage';
  if (!navigator.storage?.persisted) return { name, source: 'missing', note: '' };
  const note = (await navigator.storage.persisted()) ? 'granted' : 'not granted: may be evicted';
  return { name, source: 'native', note };
}

export async function showCapabilities() {
  const capabilities = [
    backgroundFetch(),
    sync('Background Sync', 'SyncManager', 'downloads resume when the site is opened'),
    sync('Periodic Sync', 'PeriodicSyncManager', ''),
    await storageEstimate(),
    await storagePersistence(),
  ];
  byId('capabilities', HTMLElement).replaceChildren(
    ...capabilities.map(({ name, source, note }) => {
      const row = make('div', 'capability');
      const value = make('dd', '');
      const badge = make('span', 'badge', kLabels[source]);
      badge.dataset.source = source;
      value.append(badge, make('span', 'note', note));
      row.append(make('dt', '', name), value);
      return row;
    }),
  );
}
