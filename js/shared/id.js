/**
 * Ids of background fetches on their way to the engine and back. A DOMString may
 * hold lone surrogates, which UTF-8 cannot say: they cross as their numbers.
 */

/** @param {string} id */
export function encodeId(id) {
  return id.replace(/\0|\p{Cs}/gu, (unit) => `\0${unit.charCodeAt(0)}\0`);
}

/** @param {string} encoded */
export function decodeId(encoded) {
  return encoded.replace(/\0(\d+)\0/g, (_, unit) => String.fromCharCode(unit));
}
