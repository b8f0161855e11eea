/**
 * Source: the background fetches that a tray shows, and what can be done with
 * each. Ours tell of themselves; natives have to be asked.
 */

import { installedExtras } from '../shared/extras-key.js';
import { kBroadcastName } from '../shared/messages.js';

/** @typedef {import('../shared/registration.js').BackgroundFetchRegistration} Registration */
/** @typedef {import('../shared/manager.js').BackgroundFetchManager} Manager */

/** Nobody tells of registrations, of natives' fetches, of a polyfill that is loaded later. */
const kLookMs = 2_000;

/**
 * @typedef {object} Shown  What is known of a fetch beyond the draft's members.
 * @property {string} title
 * @property {{src: string, sizes: string}[]} icons
 * @property {boolean} paused
 */

export class Source {
  #onChange;
  #onUpdate;
  /** @type {Set<Manager>} */
  #managers = new Set();
  /** @type {Set<() => void>} */
  #ends = new Set();
  /** @type {Set<Registration>} Whose events are listened to already. */
  #natives = new Set();
  #isOpen = false;

  /**
   * @param {(registration: Registration, manager: Manager) => void} onChange  Of any.
   * @param {(uid: string, update: Partial<Shown>) => void} onUpdate  By `updateUI()`.
   */
  constructor(onChange, onUpdate) {
    this.#onChange = onChange;
    this.#onUpdate = onUpdate;
  }

  async open() {
    const { serviceWorker } = navigator;
    this.#isOpen = true;
    if (!serviceWorker) return;
    const look = () => this.refresh().catch(() => {});
    // The first worker of the page is not waited for.
    serviceWorker.ready.then(look);
    const timer = setInterval(() => document.hidden || look(), kLookMs);
    this.#ends.add(() => clearInterval(timer));
    this.#hearUpdates();
    await this.refresh();
  }

  #hearUpdates() {
    /** @type {BroadcastChannel} */
    let broadcast;
    const listen = () => {
      broadcast = new BroadcastChannel(kBroadcastName);
      broadcast.onmessage = ({ data: { uid, base, title, icons } }) => {
        if (!uid) return;
        this.#onUpdate(uid, {
          ...(title && { title }),
          ...(icons && {
            icons: icons.map((/** @type {any} */ icon) => ({
              ...icon, src: String(new URL(icon.src, base)),
            })),
          }),
        });
      };
    };
    const close = () => broadcast.close();
    listen();
    // A message would throw a page out of the back/forward cache.
    addEventListener('pagehide', close);
    addEventListener('pageshow', reopen);
    /** @param {PageTransitionEvent} event */
    function reopen({ persisted }) {
      if (persisted) listen();
    }
    this.#ends.add(() => {
      close();
      removeEventListener('pagehide', close);
      removeEventListener('pageshow', reopen);
    });
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
      }
    }
    if (isPolyfilled()) return;
    // A registration that is gone has no fetches any more.
    await Promise.all([...this.#managers].map((each) =>
      this.#askNative(each).catch(() => this.#managers.delete(each))));
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

/** @param {Registration} registration @returns {string | undefined} Natives have none. */
export function uidOf(registration) {
  return isOurs(registration) ? installedExtras()?.snapshotOf(registration).uid : undefined;
}
