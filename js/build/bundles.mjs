// What is shipped: every file of dist/, where it comes from and how large it
// may be.

/**
 * @typedef {object} Bundle
 * @property {string} file
 * @property {string} entry
 * @property {'iife' | 'esm'} format
 * @property {number} brotliBytesMax  A larger file fails the build's size step.
 */

// Every site's every first visit pays for these bytes.
const kPageBytesMax = 6_000;
// With the package's exports.
const kPageModuleBytesMax = 6_450;
const kServiceWorkerBytesMax = 50_400;
const kServiceWorkerModuleBytesMax = 51_200;
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
    brotliBytesMax: kServiceWorkerModuleBytesMax,
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
