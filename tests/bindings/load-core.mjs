// Loads the core that ships, in Node.

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

/** @returns {Promise<CoreModule>} A fresh instance with its own memory and files. */
export async function loadCore() {
  /** @type {string} The build makes it: unknown to the type checker. */
  const path = '../../build/wasm/core.mjs';
  const { default: createCore } = await import(path);
  return createCore();
}
