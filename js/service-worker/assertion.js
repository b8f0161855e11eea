/**
 * A failed assertion of the engine stops its wasm. It is a bug of ours.
 *
 * @param {unknown} error
 */
export function isAssertion(error) {
  return typeof WebAssembly === 'object' && error instanceof WebAssembly.RuntimeError;
}
