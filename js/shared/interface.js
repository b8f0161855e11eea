/**
 * Web IDL's shape for our classes: what a page can find out by reflection.
 *
 * A class comes out of the language nearly right; its name does not survive a
 * minifier, its members are not enumerable, and it has no Symbol.toStringTag.
 */

import { makeError } from './errors.js';

/**
 * What only our own code can pass to a constructor: the interfaces are not
 * constructible from outside.
 */
export const kConstructionKey = Symbol('construct');

/** @param {unknown} key */
export function requireConstructionKey(key) {
  if (key !== kConstructionKey) throw makeError('TypeError', 'Illegal constructor');
}

/**
 * Gives a class the shape and puts it on the global.
 *
 * @param {object} scope  The global object.
 * @param {string} name
 * @param {Function} interfaceObject
 */
export function exposeInterface(scope, name, interfaceObject) {
  const { prototype } = interfaceObject;
  const { constructor, ...members } = Object.getOwnPropertyDescriptors(prototype);
  for (const [member, { value }] of Object.entries(members)) {
    // An async function is of a class of its own; operations are plain ones.
    if (value) Object.setPrototypeOf(value, Function.prototype);
    Object.defineProperty(prototype, member, { enumerable: true });
  }
  // Behind the members, where natives have it.
  delete prototype.constructor;
  Object.defineProperty(prototype, 'constructor', constructor);
  defineReadOnly(prototype, Symbol.toStringTag, name);
  defineReadOnly(interfaceObject, 'name', name);
  // A constructor that the class inherits takes the parent's arguments.
  const { length } = Object.getPrototypeOf(interfaceObject);
  defineReadOnly(interfaceObject, 'length', Math.max(length, interfaceObject.length));
  Object.defineProperty(scope, name, {
    value: interfaceObject,
    writable: true,
    configurable: true,
  });
}

/** @param {object} target @param {PropertyKey} key @param {unknown} value */
function defineReadOnly(target, key, value) {
  Object.defineProperty(target, key, { value, configurable: true });
}
