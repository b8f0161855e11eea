/**
 * Succession: updates are never held up.
 *
 * A worker does not become active before every event of its predecessor has
 * ended, and ours would keep one open as long as there is work. So while a
 * newer worker waits, no event is kept open. Work goes on until browsers end
 * this worker: the questions that pages go on asking keep it alive without
 * that, and what is durable the next one finds.
 */

export class Succession {
  #registration;
  /** @type {Set<() => void>} Each ends something that is kept open now. */
  #open = new Set();

  /** @param {ServiceWorkerRegistration} registration */
  constructor(registration) {
    this.#registration = registration;
    const follow = () => {
      registration.installing?.addEventListener('statechange', () => {
        if (registration.waiting) for (const end of this.#open) end();
      });
    };
    registration.addEventListener('updatefound', follow);
    // This worker may have been started while its successor is being installed.
    follow();
  }

  /**
   * @param {Promise<unknown>} work
   * @returns {Promise<void>} Resolves when the work has settled, or when a
   *   newer worker waits.
   */
  unlessReplaced(work) {
    return new Promise((resolve) => {
      const end = () => {
        this.#open.delete(end);
        resolve();
      };
      if (this.#registration.waiting) return end();
      this.#open.add(end);
      work.then(end, end);
    });
  }
}
