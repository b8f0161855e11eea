/**
 * What this package adds to objects of the platform is under this key, which is
 * the same in all copies of it: on the global, and on responses of records.
 */
export const kExtras = Symbol.for('background-fetch-polyfill');

/** @returns {import('./extras.js').Extras | undefined} Of whichever copy has installed here. */
export function installedExtras() {
  return /** @type {any} */ (globalThis)[kExtras];
}
