/**
 * navigator.permissions.query({ name: 'background-fetch' }), which engines
 * without Background Fetch reject as an unknown name.
 */

import { makeEventHandler } from './event-handler.js';

const kPermissionName = 'background-fetch';

/**
 * @param {any} scope  The global object.
 * @param {'granted' | 'denied'} state
 */
export function installPermission(scope, state) {
  // WebKit's workers have permissions, but not all of the interfaces by name.
  const { navigator, PermissionStatus = EventTarget } = scope;
  if (!navigator?.permissions) return;
  const prototype = Object.getPrototypeOf(navigator.permissions);
  const { query: platformQuery } = prototype;
  const { query } = {
    /** @param {{name?: unknown}} descriptor */
    async query(descriptor) {
      if (descriptor?.name !== kPermissionName) return platformQuery.apply(this, arguments);
      return makeStatus(PermissionStatus, state);
    },
  };
  Object.setPrototypeOf(query, Function.prototype);
  prototype.query = query;
}

/**
 * A PermissionStatus cannot be constructed, and its accessors refuse objects
 * that are none: this is an EventTarget with accessors of its own, on an object
 * between it and the interface's prototype.
 *
 * @param {Function} PermissionStatus
 * @param {string} state  Never changes.
 */
function makeStatus(PermissionStatus, state) {
  const status = new EventTarget();
  const handler = makeEventHandler(status, 'change');
  const members = {
    __proto__: PermissionStatus.prototype,
    get name() {
      return kPermissionName;
    },
    get state() {
      return state;
    },
    get onchange() {
      return handler.get();
    },
    set onchange(value) {
      handler.set(value);
    },
  };
  return Object.setPrototypeOf(status, members);
}
