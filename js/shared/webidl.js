/**
 * Web IDL's conversions from what an app passes to what an operation means, and
 * the Request items that the draft makes of them. Everything here throws
 * TypeError on what Web IDL refuses.
 *
 * Dictionary members are read in Web IDL's order (inherited first, then by
 * name): getters and proxies can see it.
 */

import { totalDownloadOf } from './dialect.js';
import { makeError } from './errors.js';

/** @typedef {import('../../bindings/engine.js').Icon} Icon */
/** @typedef {import('./messages.js').FetchOptions} FetchOptions */
/** @typedef {import('./messages.js').MatchQuery} MatchQuery */

/** Two to the power of 64: Web IDL's unsigned long long wraps there. */
const kUnsignedLongLongModulus = 2 ** 64;

/**
 * @param {number} required
 * @param {number} given
 * @param {string} operation  For the message.
 */
export function requireArguments(required, given, operation) {
  if (given >= required) return;
  throw makeError('TypeError', `${operation}: ${required} argument(s) required, ${given} given.`);
}

/**
 * DOMString. A template and not String(), which lets symbols pass.
 *
 * @param {unknown} value
 */
export function toDomString(value) {
  return `${value}`;
}

/**
 * Any string may be the id of a background fetch, but the empty one.
 *
 * @param {string} id
 */
export function requireId(id) {
  if (id === '') throw makeError('TypeError', 'The id of a background fetch must not be empty.');
}

/**
 * unsigned long long, but at most 2^53 - 1: the largest count of bytes that
 * everything here holds exactly.
 *
 * @param {unknown} value
 */
export function toUnsignedLongLong(value) {
  // The unary plus is ToNumber: it throws on bigint and symbol.
  const number = Math.trunc(+(/** @type {any} */ (value)));
  if (!Number.isFinite(number)) return 0;
  const remainder = number % kUnsignedLongLongModulus;
  // `+ 0` makes the 0 of a negative remainder an ordinary one.
  const wrapped = remainder < 0 ? remainder + kUnsignedLongLongModulus : remainder + 0;
  return Math.min(wrapped, Number.MAX_SAFE_INTEGER);
}

/**
 * (RequestInfo or sequence<RequestInfo>).
 *
 * @param {unknown} value
 */
export function toItems(value) {
  return isSequence(value) ? toSequence(value, 'requests').map(toItem) : [toItem(value)];
}

/**
 * The draft's steps on what fetch() was given.
 *
 * @param {(Request | string)[]} items
 * @returns {Request[]} Not empty; items that had a body are used up.
 */
export function toRequests(items) {
  if (items.length === 0) throw makeError('TypeError', 'At least one request is required.');
  return items.map((item) => {
    const request = new Request(item);
    if (request.mode === 'no-cors') {
      throw makeError('TypeError', 'A background fetch cannot be made in mode no-cors.');
    }
    return request;
  });
}

/**
 * BackgroundFetchUIOptions, as updateUI() takes it.
 *
 * @param {unknown} value
 * @returns {{icons: Icon[] | undefined, title: string | undefined}}
 */
export function toUiOptions(value) {
  const dictionary = toDictionary(value, 'options');
  const { icons } = dictionary;
  const convertedIcons = icons === undefined ? undefined : toSequence(icons, 'icons').map(toIcon);
  const { title } = dictionary;
  return { icons: convertedIcons, title: title === undefined ? undefined : toDomString(title) };
}

/**
 * BackgroundFetchOptions, as fetch() takes it.
 *
 * @param {unknown} value
 * @returns {Omit<FetchOptions, 'id'>}
 */
export function toFetchOptions(value) {
  const { icons = [], title = '' } = toUiOptions(value);
  const dictionary = toDictionary(value, 'options');
  const { downloadTotal = totalDownloadOf(dictionary) } = dictionary;
  return { icons, title, downloadTotal: toUnsignedLongLong(downloadTotal) };
}

/**
 * The arguments of match() and matchAll(), as Cache.match() converts them.
 *
 * @param {unknown} request  RequestInfo
 * @param {unknown} options  CacheQueryOptions
 * @returns {MatchQuery}
 */
export function toMatchQuery(request, options) {
  const item = toItem(request);
  const convertedOptions = toMatchOptions(options);
  const { url, method, headers } = typeof item === 'string' ? new Request(item) : item;
  return { url, method, headers: [...headers], ...convertedOptions };
}

/**
 * CacheQueryOptions.
 *
 * @param {unknown} options
 */
export function toMatchOptions(options) {
  const { ignoreMethod, ignoreSearch, ignoreVary } = toDictionary(options, 'options');
  return {
    ignoreMethod: Boolean(ignoreMethod),
    ignoreSearch: Boolean(ignoreSearch),
    ignoreVary: Boolean(ignoreVary),
  };
}

/**
 * RequestInfo: (Request or USVString). The Request constructor converts strings
 * to USVString itself.
 *
 * @param {unknown} value
 * @returns {Request | string}
 */
function toItem(value) {
  return isRequest(value) ? value : toDomString(value);
}

/**
 * By brand and not by instanceof: requests of an iframe are requests too.
 *
 * @param {unknown} value
 * @returns {value is Request}
 */
function isRequest(value) {
  const { get } = /** @type {any} */ (Object.getOwnPropertyDescriptor(Request.prototype, 'url'));
  try {
    get.call(value);
    return true;
  } catch {
    // The accessor's TypeError is the answer.
    return false;
  }
}

/**
 * Whether Web IDL's union takes the value for a sequence: any iterable object,
 * so also a String object, and not a string.
 *
 * @param {unknown} value
 */
function isSequence(value) {
  return isObject(value) && !isRequest(value) && value[Symbol.iterator] != null;
}

/**
 * @param {unknown} value
 * @param {string} what  For the message.
 * @returns {unknown[]}
 */
function toSequence(value, what) {
  if (!isObject(value) || typeof value[Symbol.iterator] !== 'function') {
    throw makeError('TypeError', `${what} is not a sequence.`);
  }
  return [.../** @type {Iterable<unknown>} */ (/** @type {unknown} */ (value))];
}

/**
 * @param {unknown} value
 * @param {string} what  For the message.
 * @returns {Record<PropertyKey, unknown>}
 */
function toDictionary(value, what) {
  // Nothing is read from what is not there, whatever Object.prototype has.
  if (value === undefined || value === null) return Object.create(null);
  if (!isObject(value)) throw makeError('TypeError', `${what} is not an object.`);
  return value;
}

/**
 * ImageResource.
 *
 * @param {unknown} value
 * @returns {Icon}
 */
function toIcon(value) {
  const dictionary = toDictionary(value, 'An icon');
  const label = toOptionalString(dictionary.label);
  const sizes = toOptionalString(dictionary.sizes);
  const { src } = dictionary;
  if (src === undefined) throw makeError('TypeError', 'An icon needs a src.');
  const convertedSrc = toDomString(src);
  return { src: convertedSrc, sizes, type: toOptionalString(dictionary.type), label };
}

/** @param {unknown} value */
function toOptionalString(value) {
  return value === undefined ? '' : toDomString(value);
}

/**
 * @param {unknown} value
 * @returns {value is Record<PropertyKey, unknown>}
 */
export function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
