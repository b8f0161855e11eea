/**
 * Speed: how fast bytes have come of late.
 */

/** Shorter, and it jumps with every part; longer, and it is not of now. */
const kWindowMs = 6_000;

/** What has come in less says nothing yet. */
const kFirstMs = 1_000;

export class Speed {
  /** @type {{at: number, bytes: number}[]} In order. */
  #samples = [];

  /** @param {number} at  ms @param {number} bytes  so many are there */
  note(at, bytes) {
    const samples = this.#samples;
    // A body that starts over takes its bytes back.
    if (bytes < (samples.at(-1)?.bytes ?? 0)) this.reset();
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && this.#samples[1].at <= at - kWindowMs) this.#samples.shift();
  }

  reset() {
    this.#samples = [];
  }

  /** @param {number} now  ms @returns {number | null} Bytes a second; null: nobody can tell. */
  at(now) {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || now - first.at < kFirstMs) return null;
    if (now - last.at > kWindowMs) return 0;
    return ((last.bytes - first.bytes) * 1000) / (now - first.at);
  }
}
