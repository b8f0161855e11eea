// Says which of the capabilities that matter here come from the browser, which
// from the polyfill, and which are missing.

import { formatBytes } from './format.js';
import { byId, make } from './page.js';

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
  const note = self.demoSettings.hasNative ? 'in place of the browser’s own' : '';
  return { name, source: 'polyfill', note };
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

function bindSwitch() {
  const box = byId('force', HTMLInputElement);
  const { force, hasNative, remember } = self.demoSettings;
  box.checked = force || !hasNative;
  box.disabled = !hasNative;
  byId('force-hint', HTMLElement).textContent = hasNative
    ? 'Reloads the page.'
    : 'This browser has no Background Fetch of its own.';
  box.addEventListener('change', () => {
    remember(box.checked);
    // Without a query, which would overrule what is remembered.
    location.replace(location.pathname);
  });
}

export async function showCapabilities() {
  bindSwitch();
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
