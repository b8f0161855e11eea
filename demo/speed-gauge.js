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

  /** @param {number} nowMs @returns {number | null} null: too early to say. */
  bytesPerSecond(nowMs) {
    this.#forget(nowMs);
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last) return null;
    const spanMs = nowMs - first.atMs;
    const bytes = last.bytes - first.bytes;
    // Bytes come in chunks: none for a moment does not mean that none will.
    if (spanMs < (bytes > 0 ? kSpanMsMin : kWindowMs)) return null;
    return (bytes / spanMs) * 1000;
  }

  /** @param {number} nowMs  Keeps the newest sample that is older than the window. */
  #forget(nowMs) {
    const begin = nowMs - kWindowMs;
    while (this.#samples.length > 1 && this.#samples[1].atMs <= begin) this.#samples.shift();
  }
}
