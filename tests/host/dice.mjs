// Dice: everything that is random in a world, from its seed.

export class Dice {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
    // Neighbouring seeds begin alike otherwise.
    for (let i = 0; i < 8; i += 1) this.#next();
  }

  /** Mulberry32. @returns {number} 32 bits. */
  #next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  }

  /** @param {number} end */
  below(end) {
    return this.#next() % end;
  }

  /** @param {number} min @param {number} max  Inclusive. */
  between(min, max) {
    return min + this.below(max - min + 1);
  }

  /** @param {number} percent */
  chance(percent) {
    return this.below(10_000) < percent * 100;
  }

  /** @template Item @param {Item[]} items @returns {Item} */
  pick(items) {
    return items[this.below(items.length)];
  }

  uuid() {
    const hex = (/** @type {number} */ digits) =>
      this.#next().toString(16).padStart(8, '0').slice(0, digits);
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(8)}${hex(4)}`;
  }
}
