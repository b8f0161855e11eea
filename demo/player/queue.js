// What is to be played next: ids, remembered by the browser.

const kKey = 'player-queue';

export class Queue {
  #ids;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#ids = /** @type {string[]} */ (JSON.parse(localStorage.getItem(kKey) ?? '[]'));
    this.#onChange = onChange;
  }

  get ids() {
    return [...this.#ids];
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.includes(id);
  }

  /** @param {string} id */
  add(id) {
    this.#set([...this.#ids, id]);
  }

  /** @param {string} id */
  remove(id) {
    this.#set(this.#ids.filter((each) => each !== id));
  }

  /** @returns {string | undefined} The first, which is no longer in it. */
  take() {
    const [first] = this.#ids;
    if (first) this.remove(first);
    return first;
  }

  /** @param {string[]} ids */
  #set(ids) {
    this.#ids = ids;
    localStorage.setItem(kKey, JSON.stringify(ids));
    this.#onChange();
  }
}
