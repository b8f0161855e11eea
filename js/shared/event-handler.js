/**
 * Event handlers: the value behind an `on…` attribute, with HTML's rules. A
 * handler keeps its place among the listeners from when it was first set until
 * it is set to null. Any object is taken, functions are called; everything else
 * counts as null.
 */

import { isObject } from './webidl.js';

/** @typedef {(event: Event) => unknown} Handler */

/**
 * @param {EventTarget} target
 * @param {string} type
 */
export function makeEventHandler(target, type) {
  /** @type {Handler | null} */
  let handler = null;
  /** @param {Event} event */
  const call = (event) => {
    if (typeof handler === 'function') handler.call(target, event);
  };
  return {
    get: () => handler,

    /** @param {unknown} value */
    set: (value) => {
      handler = isObject(value) ? /** @type {any} */ (value) : null;
      // Adding a listener that is there already leaves it in its place.
      target[handler ? 'addEventListener' : 'removeEventListener'](type, call);
    },
  };
}
