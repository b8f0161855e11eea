/**
 * EventHandler: the value behind an `on…` attribute, with HTML's rules. A
 * handler keeps its place among the listeners from when it was first set until
 * it is set to null. Any object is taken, functions are called; everything else
 * counts as null.
 */

import { isObject } from './webidl.js';

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
    this.#handler = isObject(value) ? /** @type {any} */ (value) : null;
    // Adding a listener that is there already leaves it in its place.
    if (this.#handler) this.#target.addEventListener(this.#type, this.#call);
    else this.#target.removeEventListener(this.#type, this.#call);
  }

  /** @param {Event} event */
  #call = (event) => {
    if (typeof this.#handler === 'function') this.#handler.call(this.#target, event);
  };
}
