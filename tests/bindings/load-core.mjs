// Loads the core that ships, in Node.
//
// It is built for workers alone: Emscripten's Node support would add dead
// weight to every site and does not work from an ES module without import.meta.
// A worker's `self.location` is all that it asks of its surroundings.

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

/** @returns {Promise<CoreModule>} A fresh instance with its own memory and files. */
export async function loadCore() {
  Object.assign(globalThis, { self: globalThis, location: { href: import.meta.url } });
  /** @type {string} The build makes it: unknown to the type checker. */
  const path = '../../build/wasm/core.mjs';
  const { default: createCore } = await import(path);
  return createCore();
}
