// The worker's script: js/service-worker and the core that ships (the one that the
// environment's CORE names, as in tests/bindings), bundled once, run anew for each
// life of the worker. Everything that a worker has around it is an argument.

import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { kProjectFolder } from '../../js/build/run.mjs';

/** The names that the script sees instead of Node's. */
export const kSurroundings = [
  'globalThis', 'self', 'fetch', 'Request', 'Response', 'Blob', 'indexedDB', 'IDBKeyRange',
  'navigator', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance',
  'crypto', 'console', 'location', 'WebAssembly', 'ExtendableEvent',
  'BroadcastChannel',
];

/** @type {string | undefined} A file of build/wasm instead of core.mjs. */
const kOtherCore = process.env.CORE;

/**
 * A deliberate fault: `find` occurs exactly once in the file.
 *
 * @typedef {{name: string, file: string, find: string, replace: string, isRare?: boolean}} Canary
 */

/**
 * @param {Canary} [canary]
 * @returns {Promise<(...surroundings: any[]) => void>}
 */
export async function loadProgram(canary) {
  const { outputFiles } = await build({
    entryPoints: [`${kProjectFolder}js/service-worker/index.js`],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    plugins: [...(kOtherCore ? [taking(kOtherCore)] : []), ...(canary ? [planting(canary)] : [])],
  });
  const { text: bundled } = outputFiles[0];
  const text = kOtherCore ? bundled : withSharedBytes(bundled);
  return /** @type {any} */ (new Function(...kSurroundings, text));
}

/** @param {string} text @param {Canary} canary */
export function requireOnce(text, { name, find }) {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: its text occurs ${count} times`);
}

/** @param {string} core @returns {import('esbuild').Plugin} */
function taking(core) {
  return {
    name: 'other-core',
    setup({ onResolve }) {
      onResolve({ filter: /\/core\.mjs$/ }, () => ({ path: `${kProjectFolder}build/wasm/${core}` }));
    },
  };
}

/** @param {Canary} canary @returns {import('esbuild').Plugin} */
function planting(canary) {
  const { file, find, replace } = canary;
  return {
    name: 'canary',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        if (!path.endsWith(`/${file}`)) return null;
        const text = await readFile(path, 'utf8');
        requireOnce(text, canary);
        return { contents: text.replace(find, () => replace), loader: 'js' };
      });
    },
  };
}

/**
 * Decoding the wasm takes longer than all else a boot does here; once is enough.
 *
 * @param {string} text
 */
function withSharedBytes(text) {
  const find = 'const wasm = Uint8Array.from(';
  if (text.split(find).length !== 2) throw new Error('The core is embedded in another way.');
  return text.replace(find, 'const wasm = WebAssembly.bytes ??= Uint8Array.from(');
}

/** @type {WebAssembly.Module | null} */
let compiled = null;

/** WebAssembly as the script sees it: compiled once, instantiated anew. */
export const kWebAssembly = {
  RuntimeError: WebAssembly.RuntimeError,
  /** @type {Uint8Array<ArrayBuffer> | undefined} */
  bytes: undefined,
  /** @param {Uint8Array<ArrayBuffer>} bytes @param {WebAssembly.Imports} imports */
  async instantiate(bytes, imports) {
    compiled ??= new WebAssembly.Module(bytes);
    return { module: compiled, instance: new WebAssembly.Instance(compiled, imports) };
  },
};
