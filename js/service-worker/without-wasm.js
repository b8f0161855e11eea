/**
 * WebAssembly where there is none, as far as our scripts name it: the bundles
 * without wasm put this in the place of the global. Their core never needs more.
 */

const WebAssemblyOrLess = globalThis.WebAssembly ?? {
  RuntimeError: class RuntimeError extends Error {},
};

export { WebAssemblyOrLess as WebAssembly };
