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
  throw makeError('TypeError', `${operation}: ${given} of ${required} arguments given.`);
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
  if (id === '') throw makeError('TypeError', 'The id is empty.');
}

/**
 * unsigned long long, but at most 2^53 - 1: the largest count of bytes that
 * everything here holds exactly.
 *
 * @param {unknown} value
 */
export function toUnsignedLongLong(value) {
  // The unary plus is ToNumber: it throws on bigint and symbol. What is not
  // finite is 0, as is -0.
  const remainder = Math.trunc(+(/** @type {any} */ (value))) % kUnsignedLongLongModulus || 0;
  const wrapped = remainder < 0 ? remainder + kUnsignedLongLongModulus : remainder;
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
      throw makeError('TypeError', 'The mode of a request is no-cors.');
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
  return toMembers(value, 'options', {
    icons: (icons) => (icons === undefined ? icons : toSequence(icons, 'icons').map(toIcon)),
    title: (title) => (title === undefined ? title : toDomString(title)),
  });
}

/**
 * BackgroundFetchOptions, as fetch() takes it.
 *
 * @param {any} value
 * @returns {Omit<FetchOptions, 'id'>}
 */
export function toFetchOptions(value) {
  const { icons = [], title = '' } = toUiOptions(value);
  let total = value?.downloadTotal;
  if (total === undefined) total = totalDownloadOf(value);
  return { icons, title, downloadTotal: toUnsignedLongLong(total) };
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
  return toMembers(options, 'options', {
    ignoreMethod: Boolean,
    ignoreSearch: Boolean,
    ignoreVary: Boolean,
  });
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
  try {
    Reflect.get(Request.prototype, 'url', value);
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
  requireObject(value, what);
  // A TypeError where it is not iterable.
  return [.../** @type {any} */ (value)];
}

/**
 * A dictionary.
 *
 * @template {Record<string, (member: unknown) => any>} Conversions
 * @param {unknown} value
 * @param {string} what  For the message.
 * @param {Conversions} conversions  Of its members, in Web IDL's order.
 * @returns {{[Name in keyof Conversions]: ReturnType<Conversions[Name]>}}
 */
function toMembers(value, what, conversions) {
  // Nothing is read from what is not there, whatever Object.prototype has.
  const dictionary = /** @type {any} */ (value);
  if (dictionary !== undefined && dictionary !== null) requireObject(dictionary, what);
  return /** @type {any} */ (
    Object.fromEntries(
      Object.entries(conversions).map(([name, convert]) => [name, convert(dictionary?.[name])]),
    )
  );
}

/**
 * ImageResource.
 *
 * @param {unknown} value
 * @returns {Icon}
 */
function toIcon(value) {
  return toMembers(value, 'An icon', {
    label: toOptionalString,
    sizes: toOptionalString,
    src: (src) => {
      if (src === undefined) throw makeError('TypeError', 'An icon needs a src.');
      return toDomString(src);
    },
    type: toOptionalString,
  });
}

/** @param {unknown} value */
function toOptionalString(value) {
  return value === undefined ? '' : toDomString(value);
}

/** @param {unknown} value @param {string} what  For the message. */
function requireObject(value, what) {
  if (!isObject(value)) throw makeError('TypeError', `${what} is not an object.`);
}

/**
 * @param {unknown} value
 * @returns {value is Record<PropertyKey, unknown>}
 */
export function isObject(value) {
  return Object(value) === value;
}
