// Loads the core that ships, in Node: the one that the environment's CORE names.

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

/** @returns {Promise<CoreModule>} A fresh instance with its own memory and files. */
export async function loadCore() {
  /** @type {string} The build makes it: unknown to the type checker. */
  const path = `../../build/wasm/${process.env.CORE ?? 'core.mjs'}`;
  const { default: createCore } = await import(path);
  return createCore();
}
