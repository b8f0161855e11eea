/**
 * navigator.permissions.query({ name: 'background-fetch' }), which engines
 * without Background Fetch reject as an unknown name.
 */

const kPermissionName = 'background-fetch';

/** @param {any} scope  The global object. */
export function installPermission(scope) {
  const { Permissions, PermissionStatus } = scope;
  if (!Permissions || !PermissionStatus) return;
  const { query: platformQuery } = Permissions.prototype;
  const { query } = {
    /** @param {{name?: unknown}} descriptor */
    async query(descriptor) {
      if (descriptor?.name !== kPermissionName) return platformQuery.apply(this, arguments);
      return makeGrantedStatus(PermissionStatus);
    },
  };
  Object.defineProperty(Permissions.prototype, 'query', { value: query });
}

/**
 * A PermissionStatus cannot be constructed: this is an EventTarget of its
 * class. It never changes, so `onchange` has nothing to do.
 *
 * @param {Function} PermissionStatus
 */
function makeGrantedStatus(PermissionStatus) {
  const status = Object.setPrototypeOf(new EventTarget(), PermissionStatus.prototype);
  return Object.defineProperties(status, {
    name: { value: kPermissionName, enumerable: true },
    state: { value: 'granted', enumerable: true },
    onchange: { value: null, writable: true, enumerable: true },
  });
}
