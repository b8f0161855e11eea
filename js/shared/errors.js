/**
 * Errors: the one place where a name and a message become what callers catch,
 * and back for the way over a message port (a cloned DOMException loses its
 * class in some engines, so errors cross as plain shapes).
 */

/** @typedef {import('./messages.js').ErrorShape} ErrorShape */

/**
 * @param {string} name  'TypeError', or a DOMException name
 * @param {string} message
 * @returns {Error}
 */
export function makeError(name, message) {
  if (name === 'TypeError') return new TypeError(message);
  if (name === 'QuotaExceededError') return makeQuotaExceededError(message);
  return new DOMException(message, name);
}

/** @param {ErrorShape} shape */
export function toError(shape) {
  return makeError(shape.name, shape.message);
}

/**
 * @param {unknown} error  Anything that was thrown.
 * @returns {ErrorShape}
 */
export function toShape(error) {
  if (error instanceof TypeError || error instanceof DOMException) {
    return { name: error.name, message: error.message };
  }
  // A bug of ours, or of the app's iterators: no name that a caller may expect.
  return { name: 'UnknownError', message: error instanceof Error ? error.message : String(error) };
}

/**
 * Web IDL turned the DOMException of this name into a class of its own; new
 * engines have it, and code written for either finds what it looks for.
 *
 * @param {string} message
 * @returns {Error}
 */
function makeQuotaExceededError(message) {
  const { QuotaExceededError } = /** @type {any} */ (globalThis);
  if (typeof QuotaExceededError === 'function') return new QuotaExceededError(message);
  const error = new DOMException(message, 'QuotaExceededError');
  return Object.assign(error, { quota: null, requested: null });
}
