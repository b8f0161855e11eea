/**
 * Web IDL's shape for our classes: what a page can find out by reflection.
 *
 * A class comes out of the language nearly right; its name does not survive a
 * minifier, its members are not enumerable and it has no Symbol.toStringTag.
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
  Object.defineProperty(interfaceObject, 'name', { value: name, configurable: true });
  const { prototype } = interfaceObject;
  for (const member of Object.getOwnPropertyNames(prototype)) {
    if (member !== 'constructor') Object.defineProperty(prototype, member, { enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  Object.defineProperty(scope, name, {
    value: interfaceObject,
    writable: true,
    configurable: true,
  });
}
