// The background fetches that this page knows of.

export class Fetches {
  #manager;
  #onChange;
  /** @type {Map<string, BackgroundFetchRegistration>} The latest of each id. */
  #known = new Map();
  /** @type {Set<string>} Ids that are about to be. */
  #starting = new Set();

  /**
   * @param {BackgroundFetchManager} manager
   * @param {() => void} onChange  Of any of them.
   */
  constructor(manager, onChange) {
    this.#manager = manager;
    this.#onChange = onChange;
    // Other tabs begin some, too.
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.adopt();
    });
  }

  /** Those of earlier visits, and of other tabs. */
  async adopt() {
    for (const id of await this.#manager.getIds()) {
      const registration = await this.#manager.get(id);
      if (registration) this.#add(registration);
    }
    this.#onChange();
  }

  /**
   * @param {string} id
   * @param {string[]} urls
   * @param {BackgroundFetchOptions} options
   */
  async start(id, urls, options) {
    // A second click on the same button.
    if (this.#starting.has(id)) return;
    this.#starting.add(id);
    try {
      this.#add(await this.#manager.fetch(id, urls, options));
    } finally {
      this.#starting.delete(id);
    }
    this.#onChange();
  }

  /** @param {string} id  What it brought has been removed. */
  forget(id) {
    this.#known.delete(id);
  }

  /** @param {BackgroundFetchRegistration} registration */
  #add(registration) {
    if (this.#known.get(registration.id) === registration) return;
    this.#known.set(registration.id, registration);
    for (const type of ['progress', 'pause', 'resume']) {
      registration.addEventListener(type, this.#onChange);
    }
  }

  /** @param {string} id @returns {BackgroundFetchRegistration | undefined} Also one that has ended. */
  get(id) {
    return this.#known.get(id);
  }

  /** @param {string} id @returns {BackgroundFetchRegistration | undefined} */
  active(id) {
    const registration = this.#known.get(id);
    return registration?.result === '' ? registration : undefined;
  }
}
