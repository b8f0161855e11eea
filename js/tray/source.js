/**
 * Source: the background fetches that a tray shows, and what can be done with
 * each. Ours tell of themselves; natives have to be asked.
 */

import { installedExtras } from '../shared/extras-key.js';

/** @typedef {import('../shared/registration.js').BackgroundFetchRegistration} Registration */
/** @typedef {import('../shared/manager.js').BackgroundFetchManager} Manager */

/** Natives tell nobody that a fetch has begun. */
const kNativeIntervalMs = 2_000;

/**
 * @typedef {object} Shown  What is known of a fetch beyond the draft's members.
 * @property {string} title
 * @property {{src: string, sizes: string}[]} icons
 * @property {boolean} paused
 */

export class Source {
  #onChange;
  /** @type {Set<Manager>} */
  #managers = new Set();
  /** @type {Set<() => void>} */
  #ends = new Set();
  /** @type {Set<Registration>} Whose events are listened to already. */
  #natives = new Set();
  #isOpen = false;

  /** @param {(registration: Registration, manager: Manager) => void} onChange  Of any. */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  async open() {
    const { serviceWorker } = navigator;
    this.#isOpen = true;
    if (!serviceWorker || !('backgroundFetch' in ServiceWorkerRegistration.prototype)) return;
    // The first worker of the page may be registered later.
    const ready = () => this.refresh();
    serviceWorker.ready.then(ready);
    serviceWorker.addEventListener('controllerchange', ready);
    this.#ends.add(() => serviceWorker.removeEventListener('controllerchange', ready));
    await this.refresh();
  }

  close() {
    this.#isOpen = false;
    for (const end of this.#ends) end();
    this.#ends.clear();
    this.#managers.clear();
    this.#natives.clear();
  }

  /** Looks for what has not told of itself. */
  async refresh() {
    const registrations = await navigator.serviceWorker?.getRegistrations();
    for (const registration of registrations ?? []) {
      const manager = /** @type {any} */ (registration).backgroundFetch;
      if (!this.#isOpen || !manager || this.#managers.has(manager)) continue;
      this.#managers.add(manager);
      if (isPolyfilled()) {
        const { follow } = /** @type {any} */ (installedExtras());
        this.#ends.add(follow(manager, (/** @type {Registration} */ fetching) =>
          this.#onChange(fetching, manager)));
      } else {
        const timer = setInterval(() => {
          // A registration that is gone has no fetches any more.
          if (!document.hidden) this.#askNative(manager).catch(() => {});
        }, kNativeIntervalMs);
        this.#ends.add(() => clearInterval(timer));
      }
    }
    if (!isPolyfilled()) await Promise.all([...this.#managers].map((each) => this.#askNative(each)));
  }

  /** @param {Manager} manager */
  async #askNative(manager) {
    const known = new Set([...this.#natives].filter(({ result }) => result === '').map(({ id }) => id));
    for (const id of await manager.getIds()) {
      const registration = known.has(id) ? undefined : await manager.get(id);
      if (!registration || !this.#isOpen) continue;
      this.#natives.add(registration);
      registration.addEventListener('progress', () => {
        if (this.#isOpen) this.#onChange(registration, manager);
      });
      this.#onChange(registration, manager);
    }
  }
}

function isPolyfilled() {
  return installedExtras() !== undefined;
}

/**
 * Whether more can be done than natives can: pausing, a click, trying again.
 *
 * @param {Registration} registration
 */
export function isOurs(registration) {
  return installedExtras()?.isRegistration(registration) ?? false;
}

/**
 * @param {Registration} registration
 * @returns {Shown}
 */
export function describe(registration) {
  // Natives keep titles and icons for the browser's own list.
  const native = { title: '', icons: [], paused: false };
  const shown = isOurs(registration) ? installedExtras()?.snapshotOf(registration) : native;
  const { title, icons, paused } = shown ?? native;
  return { title: title || registration.id, icons, paused };
}

/**
 * `backgroundfetchclick` in the service worker.
 *
 * @param {Registration} registration
 */
export async function click(registration) {
  await installedExtras()?.click(registration);
}
