/**
 * unregister() stops and deletes, as it does where the API is native. The
 * worker may run on as long as its pages do, and cannot tell.
 */

import { clearScope } from './scope-storage.js';

/** @param {any} scope  The global object. */
export function followUnregister(scope) {
  const { prototype } = scope.ServiceWorkerRegistration;
  const { unregister: platformUnregister } = prototype;
  const { unregister } = {
    /** @this {ServiceWorkerRegistration} */
    async unregister() {
      const isGone = await platformUnregister.call(this);
      // Where storage is switched off, nothing is stored.
      if (isGone) await clearScope(this.scope).catch(() => {});
      return isGone;
    },
  };
  // An async function is of a class of its own; operations are plain ones.
  Object.setPrototypeOf(unregister, Function.prototype);
  prototype.unregister = unregister;
}
