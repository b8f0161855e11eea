// What is shipped: every file of dist/, where it comes from and how large it
// may be.

/**
 * @typedef {object} Bundle
 * @property {string} file
 * @property {string} entry
 * @property {'iife' | 'esm'} format
 * @property {string[]} [inject]  Modules whose exports stand for globals.
 * @property {boolean} [isWithoutWasm]  With the core as JavaScript.
 * @property {number} brotliBytesMax  A larger file fails the build's size step.
 */

// Every site's every first visit pays for these bytes.
const kPageBytesMax = 6_000;
// With the package's exports.
const kPageModuleBytesMax = 6_450;
const kServiceWorkerBytesMax = 50_000;
const kServiceWorkerModuleBytesMax = 50_950;
// The same with the core as JavaScript. Loaded where wasm is off.
const kWithoutWasmBytesMax = 63_600;
// The halves, the classes and what the modules export.
const kPagePonyfillBytesMax = 6_600;
const kServiceWorkerPonyfillBytesMax = 51_000;
const kRangeBytesMax = 1_000;
const kTrayBytesMax = 6_000;
const kTransferBytesMax = 1_000;
// Loaded by those who look for a fault.
const kTraceBytesMax = 3_000;

/** @type {Bundle[]} */
export const kBundles = [
  {
    file: 'dist/background-fetch-polyfill.js',
    entry: 'js/page/index.js',
    format: 'iife',
    brotliBytesMax: kPageBytesMax,
  },
  {
    file: 'dist/page.mjs',
    entry: 'js/page/module.js',
    format: 'esm',
    brotliBytesMax: kPageModuleBytesMax,
  },
  {
    file: 'dist/background-fetch-polyfill.sw.js',
    entry: 'js/service-worker/index.js',
    format: 'iife',
    brotliBytesMax: kServiceWorkerBytesMax,
  },
  {
    file: 'dist/service-worker.mjs',
    entry: 'js/service-worker/module.js',
    format: 'esm',
    inject: ['js/service-worker/without-worker.js'],
    brotliBytesMax: kServiceWorkerModuleBytesMax,
  },
  {
    file: 'dist/background-fetch-polyfill.nowasm.sw.js',
    entry: 'js/service-worker/index.js',
    format: 'iife',
    inject: ['js/service-worker/without-wasm.js'],
    isWithoutWasm: true,
    brotliBytesMax: kWithoutWasmBytesMax,
  },
  {
    file: 'dist/service-worker.nowasm.mjs',
    entry: 'js/service-worker/module.js',
    format: 'esm',
    inject: ['js/service-worker/without-wasm.js', 'js/service-worker/without-worker.js'],
    isWithoutWasm: true,
    brotliBytesMax: kWithoutWasmBytesMax,
  },
  {
    file: 'dist/ponyfill.mjs',
    entry: 'js/page/ponyfill.js',
    format: 'esm',
    brotliBytesMax: kPagePonyfillBytesMax,
  },
  {
    file: 'dist/ponyfill.service-worker.mjs',
    entry: 'js/service-worker/ponyfill.js',
    format: 'esm',
    inject: ['js/service-worker/without-worker.js'],
    brotliBytesMax: kServiceWorkerPonyfillBytesMax,
  },
  {
    file: 'dist/trace.mjs',
    entry: 'js/page/trace.js',
    format: 'esm',
    brotliBytesMax: kTraceBytesMax,
  },
  {
    file: 'dist/background-fetch-polyfill.tray.js',
    entry: 'js/tray/index.js',
    format: 'iife',
    brotliBytesMax: kTrayBytesMax,
  },
  {
    file: 'dist/tray.mjs',
    entry: 'js/tray/index.js',
    format: 'esm',
    brotliBytesMax: kTrayBytesMax,
  },
  {
    file: 'dist/background-fetch-polyfill.range.js',
    entry: 'js/service-worker/range-script.js',
    format: 'iife',
    brotliBytesMax: kRangeBytesMax,
  },
  {
    file: 'dist/background-fetch-polyfill.transfer.js',
    entry: 'js/shared/transfer-script.js',
    format: 'iife',
    brotliBytesMax: kTransferBytesMax,
  },
];
