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
    const { steal = false } = rest[0] ?? {};
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
      } else {
        grant();
      }
    });
  }

  /** The worker that holds the lock is stopped. */
  releaseHeld() {
    this.#held?.end();
  }
}
