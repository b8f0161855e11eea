/**
 * What a script could change by being imported. Bundled by ponyfill.test.mjs, for the page
 * and for the worker: `before` is from before all imports that come after this one.
 */

/** @type {string[]} What was asked of the browser. */
const calls = [];

for (const [{ prototype }, name] of [
  [EventTarget, 'addEventListener'],
  [IDBFactory, 'open'],
  [LockManager, 'request'],
]) {
  const method = prototype[name];
  prototype[name] = function (...args) {
    calls.push(`${name} ${args[0]}`);
    return method.apply(this, args);
  };
}

/** @param {object} owner  Sorted: Firefox moves what is used for the first time. */
const namesOf = (owner) => Reflect.ownKeys(owner).map(String).sort();

export function look() {
  return {
    globals: namesOf(globalThis),
    members: namesOf(ServiceWorkerRegistration.prototype),
    isOurs: globalThis.BackgroundFetchManager?.polyfill === true,
    calls: [...calls],
  };
}

export const before = look();
