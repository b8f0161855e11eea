/**
 * EventHandler: the value behind an `on…` attribute, with HTML's rules. A
 * handler keeps its place among the listeners from when it was first set until
 * it is set to null; anything that is no function counts as null.
 */

/** @typedef {(event: Event) => unknown} Handler */

export class EventHandler {
  /** @type {Handler | null} */
  #handler = null;
  #target;
  #type;

  /** @param {EventTarget} target @param {string} type */
  constructor(target, type) {
    this.#target = target;
    this.#type = type;
  }

  get() {
    return this.#handler;
  }

  /** @param {unknown} value */
  set(value) {
    this.#handler = typeof value === 'function' ? /** @type {Handler} */ (value) : null;
    // Adding a listener that is there already leaves it in its place.
    if (this.#handler) this.#target.addEventListener(this.#type, this.#call);
    else this.#target.removeEventListener(this.#type, this.#call);
  }

  /** @param {Event} event */
  #call = (event) => {
    this.#handler?.call(this.#target, event);
  };
}
