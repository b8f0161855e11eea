/**
 * The time and the one alarm clock of an engine.
 */

/** setTimeout keeps its delay in 32 bits; a longer one rings at once. */
const kDelayMaxMs = 2 ** 31 - 1;

// Once: with every event it would be a call into the browser for the same number.
const { timeOrigin } = performance;

/**
 * Milliseconds since the Unix epoch. The system's clock is read once, when the
 * worker starts, and jumps no more after that: what the engine measures with it
 * never goes backwards in a worker's life.
 */
export function now() {
  return Math.floor(timeOrigin + performance.now());
}

/** Rings once, at the time that was set last. */
export class Alarm {
  #ring;
  /** @type {number | undefined} */
  #timer;

  /** @param {() => void} ring  May be called early: the delay has a limit. */
  constructor(ring) {
    this.#ring = ring;
  }

  /** @param {number} time  Infinity: never. */
  set(time) {
    clearTimeout(this.#timer);
    if (time === Infinity) return;
    const delay = Math.min(Math.max(time - now(), 0), kDelayMaxMs);
    this.#timer = setTimeout(this.#ring, delay);
  }
}
