// Web Locks as far as one name and exclusive locks go.

export class FakeLocks {
  /** @type {{end: (error?: DOMException) => void} | null} */
  #held = null;
  /** @type {(() => void)[]} */
  #waiting = [];

  /**
   * @param {string} name
   * @param {...any} rest  Options, if any, and the callback.
   * @returns {Promise<any>}
   */
  request(name, ...rest) {
    const callback = rest.pop();
    /** @type {LockOptions} */
    const { steal = false, ifAvailable = false, signal } = rest[0] ?? {};
    if (ifAvailable && this.#held) return Promise.resolve(callback(null));
    return new Promise((resolve, reject) => {
      const grant = () => {
        const lock = {
          /** @param {DOMException} [error] */
          end: (error) => {
            if (this.#held === lock) this.#held = null;
            if (error) reject(error);
            else this.#waiting.shift()?.();
          },
        };
        this.#held = lock;
        Promise.resolve(callback({ name }))
          .then(resolve, reject)
          .finally(() => this.#held === lock && lock.end());
      };
      if (steal) {
        this.#held?.end(new DOMException('stolen', 'AbortError'));
        grant();
      } else if (this.#held) {
        this.#waiting.push(grant);
        signal?.addEventListener('abort', () => {
          this.#waiting = this.#waiting.filter((waiting) => waiting !== grant);
          reject(signal.reason);
        });
      } else {
        grant();
      }
    });
  }

  async query() {
    return { held: [], pending: [] };
  }

  /** The worker that holds the lock is stopped. */
  releaseHeld() {
    this.#held?.end();
  }
}
