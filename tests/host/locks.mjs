// Locks: Web Locks over all lives of the worker.

/** @typedef {import('./worker-life.mjs').WorkerLife} WorkerLife */
/** @typedef {import('./scheduler.mjs').Scheduler} Scheduler */

/** @typedef {{life: WorkerLife, work: () => unknown, settle: (result: any) => void,
 *   fail: (error: unknown) => void}} Claim */

/** Only exclusive ones, and only one name: the scope's. */
export class Locks {
  #scheduler;
  /** @type {Claim | null} */
  #holder = null;
  /** @type {Claim[]} */
  #waiting = [];

  /** @param {Scheduler} scheduler */
  constructor(scheduler) {
    this.#scheduler = scheduler;
  }

  /** @param {WorkerLife} life */
  of(life) {
    return {
      request: (/** @type {string} */ name, /** @type {any[]} */ ...rest) => {
        const work = rest.at(-1);
        const { steal: isSteal, signal } = rest.length > 1 ? rest[0] : {};
        return new Promise((settle, fail) => {
          const claim = { life, work, settle, fail };
          signal?.addEventListener('abort', () => this.#giveUp(claim, signal.reason));
          life.later(0, () => (isSteal ? this.#steal(claim) : this.#wait(claim)));
        });
      },
      // What everybody hears before that has been heard when this resolves.
      query: () => new Promise((resolve) => life.later(0, () => resolve({}))),
    };
  }

  /** @param {WorkerLife} life  Whether it holds the lock, for all that it has heard. */
  isHeldBy(life) {
    return this.#holder?.life === life || (life.isRobbed && !life.hasLostLock);
  }

  /** @param {WorkerLife} life */
  release(life) {
    this.#waiting = this.#waiting.filter((claim) => claim.life !== life);
    if (this.#holder?.life === life) this.#free(this.#holder);
  }

  /** @param {Claim} claim */
  #wait(claim) {
    this.#waiting.push(claim);
    this.#grantNext();
  }

  /** One that holds the lock keeps it. @param {Claim} claim @param {unknown} reason */
  #giveUp(claim, reason) {
    if (!this.#waiting.includes(claim)) return;
    this.#waiting = this.#waiting.filter((each) => each !== claim);
    claim.fail(reason);
  }

  /** @param {Claim} claim */
  #steal(claim) {
    const robbed = this.#holder;
    this.#grant(claim);
    if (!robbed) return;
    robbed.life.isRobbed = true;
    robbed.life.later(0, () => {
      robbed.life.hasLostLock = true;
      robbed.fail(new DOMException('The lock was stolen.', 'AbortError'));
    });
  }

  #grantNext() {
    if (this.#holder) return;
    const claim = this.#waiting.shift();
    if (claim) this.#grant(claim);
  }

  /** @param {Claim} claim */
  #grant(claim) {
    this.#holder = claim;
    claim.life.later(0, async () => {
      try {
        claim.settle(await claim.work());
      } catch (error) {
        claim.fail(error);
      }
      this.#free(claim);
    });
  }

  /** @param {Claim} claim */
  #free(claim) {
    if (this.#holder !== claim) return;
    this.#holder = null;
    this.#scheduler.after(0, null, () => this.#grantNext());
  }
}
