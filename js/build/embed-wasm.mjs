// An esbuild plugin: the wasm inside core.mjs as text instead of base64.
//
// Base64 hides repetition from brotli: of the core's bytes it makes a fifth
// more. Here each byte is one character below U+0100. Scripts of service
// workers and modules are always decoded as UTF-8, so this is safe in them.

import { readFile } from 'node:fs/promises';

// Added to each byte. The commonest ones (0, 32, 2, 1) must not become
// characters that need an escape (NUL, line ends, backslash, quotes).
const kShift = 14;

const kDataUrl = /"(data:application\/octet-stream;base64,)([A-Za-z0-9+/=]{1000,})"/;
const kDecoding = 'return intArrayFromBase64(filename.slice(dataURIPrefix.length))';

/**
 * @param {string} source  Of core.mjs, as Emscripten writes it.
 * @returns {string}
 */
export function withWasmAsText(source) {
  const found = source.match(kDataUrl);
  const decodings = source.split(kDecoding).length - 1;
  if (!found || decodings !== 1) {
    throw new Error('core.mjs does not look as it did: adapt js/build/embed-wasm.mjs');
  }
  const [literal, prefix, base64] = found;
  const shifted = Buffer.from(base64, 'base64').map((byte) => (byte + kShift) & 0xff);
  const text = JSON.stringify(Buffer.from(shifted).toString('latin1'));
  // Functions as replacements: in strings, "$" would have a meaning.
  return source
    .replace(literal, () => `"${prefix}"`)
    .replace(
      kDecoding,
      () => `return Uint8Array.from(${text},(each)=>each.charCodeAt(0)-${kShift}&255)`,
    );
}

/** @type {import('esbuild').Plugin} */
export const embedWasmAsText = {
  name: 'embed-wasm-as-text',
  setup(build) {
    build.onLoad({ filter: /[\\/]build[\\/]wasm[\\/]core\.mjs$/ }, async ({ path }) => ({
      contents: withWasmAsText(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};
