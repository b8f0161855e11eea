/**
 * Values as facts of a transcript: JSON that is the same wherever the values
 * are. For pages and workers.
 */

self.describe = (() => {
  /** @param {any} value */
  function describe(value) {
    if (value === null) return null;
    if (value === undefined) return 'undefined';
    if (typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'function') return 'function';
    if (typeof value !== 'object') return String(value);
    if (value instanceof Error || value instanceof DOMException) return nameOf(value);
    if (Array.isArray(value)) return value.map(describe);
    // An interface's prototype object is the child of Object.prototype, too.
    if (Object.getPrototypeOf(value) === Object.prototype && !(Symbol.toStringTag in value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, describe(item)]));
    }
    return Object.prototype.toString.call(value);
  }

  /** @param {Error} error */
  function nameOf(error) {
    if (error instanceof DOMException && error.constructor === DOMException) {
      return `DOMException ${error.name}`;
    }
    return error.name;
  }

  /**
   * What a call does: throws, rejects with, resolves with, returns.
   *
   * @param {() => unknown} call
   */
  async function outcomeOf(call) {
    let returned;
    try {
      returned = call();
    } catch (error) {
      return `throws ${describe(error)}`;
    }
    if (!(returned instanceof Promise)) return `returns ${text(returned)}`;
    try {
      return `resolves ${text(await returned)}`;
    } catch (error) {
      return `rejects ${describe(error)}`;
    }
  }

  /** @param {unknown} value */
  function text(value) {
    return typeof value === 'string' ? JSON.stringify(value) : textOf(describe(value));
  }

  /** @param {unknown} value */
  function textOf(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  /** @param {PropertyDescriptor} descriptor */
  function flagsOf({ enumerable, configurable, writable }) {
    const flags = [enumerable && 'enumerable', configurable && 'configurable',
      writable && 'writable'];
    return flags.filter(Boolean).join(' ') || 'none';
  }

  /** @param {PropertyDescriptor | undefined} descriptor */
  function describeProperty(descriptor) {
    if (!descriptor) return 'absent';
    const flags = flagsOf(descriptor);
    const { value, get, set } = descriptor;
    if (get || set) {
      const parts = [get, set].map((accessor) =>
        (accessor ? `${accessor.name}/${accessor.length}` : 'none'));
      return `accessor ${parts.join(', ')}; ${flags}`;
    }
    if (typeof value === 'function') return `function ${value.name}/${value.length}; ${flags}`;
    return `value ${text(value)}; ${flags}`;
  }

  /** @param {any[]} one @param {any[]} other */
  const byName = ([one], [other]) => (one < other ? -1 : 1);

  /** @param {object} object */
  function describeProperties(object) {
    const keys = Reflect.ownKeys(object).map((key) => [String(key), key]).sort(byName);
    return Object.fromEntries(keys.map(([name, key]) =>
      [name, describeProperty(Object.getOwnPropertyDescriptor(object, key))]));
  }

  /**
   * An interface's shape: a fact for each of its parts.
   *
   * @param {string} name
   */
  function describeInterface(name) {
    const descriptor = Object.getOwnPropertyDescriptor(self, name);
    const Interface = self[name];
    if (!Interface) return { global: 'absent' };
    const chain = [];
    for (let object = Interface.prototype; object; object = Object.getPrototypeOf(object)) {
      chain.push(object.constructor?.name);
    }
    return {
      global: describeProperty(descriptor),
      'inherits from': Object.getPrototypeOf(Interface).name,
      'prototype chain': chain.join(' > '),
      statics: describeProperties(Interface),
      prototype: describeProperties(Interface.prototype),
    };
  }

  /** @param {EventTarget & Record<string, any>} registration  a BackgroundFetchRegistration */
  function valuesOf(registration) {
    const { id, uploadTotal, uploaded, downloadTotal, downloaded, result, failureReason,
      recordsAvailable } = registration;
    return { id, uploadTotal, uploaded, downloadTotal, downloaded, result, failureReason,
      recordsAvailable };
  }

  /** @param {Response} response */
  async function responseFacts(response) {
    const { status, statusText, url, type, redirected, ok } = response;
    const headers = Object.fromEntries([...response.headers].filter(([name]) =>
      !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(name)));
    const hasBody = response.body !== null;
    const body = await response.text();
    return { status, statusText, ok, url, type, redirected, headers, hasBody,
      body: body.length > 300 ? `${body.length} characters` : body };
  }

  /** @param {Request} request */
  async function requestFacts(request) {
    const { method, url, mode, credentials, cache, redirect, referrer, referrerPolicy, integrity,
      bodyUsed } = request;
    const headers = Object.fromEntries(request.headers);
    return { method, url, mode, credentials, cache, redirect, referrer, referrerPolicy, integrity,
      bodyUsed, headers, body: await request.text() };
  }

  /**
   * What each record brought, by the `name` in its URL.
   *
   * @param {any} event
   * @param {(name: string, value: unknown) => void} fact
   */
  async function readRecords(event, fact) {
    for (const record of await event.registration.matchAll(undefined, { ignoreMethod: true })) {
      const name = new URL(record.request.url).searchParams.get('name') ?? record.request.url;
      try {
        const { status, statusText, redirected, hasBody, body } =
          await responseFacts(await record.responseReady);
        fact(name, { status, statusText, redirected, hasBody, body });
      } catch (error) {
        fact(name, error);
      }
    }
  }

  return { describe, readRecords, outcomeOf, describeProperty, describeProperties,
    describeInterface, valuesOf, responseFacts, requestFacts };
})();
