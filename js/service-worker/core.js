/**
 * The core as the build makes it. Its types are in core.d.ts, so that checking
 * them needs no build and does not look into generated code.
 */

export { default as createCore } from '../../build/wasm/core.mjs';
