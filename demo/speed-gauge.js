// How fast bytes arrive, over the last few seconds.

// Long enough to span several chunks of a slow download, short enough to show
// that a network is gone.
const kWindowMs = 6_000;

// Below this a rate is a guess.
const kSpanMsMin = 400;

export class SpeedGauge {
  /** @type {{bytes: number, atMs: number}[]} Oldest first. */
  #samples = [];

  /** @param {number} bytes  Durable so far. @param {number} nowMs */
  add(bytes, nowMs) {
    const last = this.#samples.at(-1);
    // A response that starts over makes the count fall: measure anew.
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ bytes, atMs: nowMs });
    this.#forget(nowMs);
  }

  /** @param {number} nowMs @returns {number} 0: nothing arrives, or too early to say. */
  bytesPerSecond(nowMs) {
    this.#forget(nowMs);
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last) return 0;
    const spanMs = nowMs - first.atMs;
    return spanMs < kSpanMsMin ? 0 : ((last.bytes - first.bytes) / spanMs) * 1000;
  }

  /** @param {number} nowMs  Keeps the newest sample that is older than the window. */
  #forget(nowMs) {
    const begin = nowMs - kWindowMs;
    while (this.#samples.length > 1 && this.#samples[1].atMs <= begin) this.#samples.shift();
  }
}
