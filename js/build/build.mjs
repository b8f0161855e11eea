// Makes dist/: the core as wasm, then the bundles around it.
//
// ninja decides what of the core is out of date; bundling takes a few seconds and
// is always done.

import {
  existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build as bundle } from 'esbuild';
import { minify } from 'terser';
import { kBundles } from './bundles.mjs';
import { kProjectFolder, mustRun, runMain, secondsSince } from './run.mjs';

// What Emscripten's files call their parts, and nobody outside a bundle does: 125
// bytes of brotli. Not what is stored: `contents`, `mode`, `timestamp`.
const kPrivateInFiles = new RegExp(`^(${[
  'ErrnoError', 'createNode', 'ensureNode', 'expandFileStorage', 'getFileDataAsTypedArray',
  'getLocalSet', 'loadLocalEntry', 'lookupNode', 'lookupParent', 'lookupPath', 'mkdirTree',
  'mountpoint', 'node_ops', 'removeLocalEntry', 'storeLocalEntry', 'usedBytes',
].join('|')})$`);

// What all supported engines understand; esbuild rewrites what is newer.
const kTarget = 'es2022';

// By trial: what brotli makes the least of. No property of ours does anything when
// it is read for nothing.
const kCompress = {
  passes: 3,
  hoist_funs: true,
  inline: 1,
  lhs_constants: false,
  pure_getters: true,
  sequences: false,
  unsafe_methods: true,
  unsafe_arrows: true,
  // Views of the memory that Emscripten makes and the core has no use for.
  pure_funcs: ['Int8Array', 'Int16Array', 'Uint16Array', 'Float32Array', 'Float64Array'],
};

/** @type {import('esbuild').Plugin} */
const kWithoutWasm = {
  name: 'without-wasm',
  setup({ onResolve }) {
    onResolve({ filter: /\/core\.mjs$/ }, () => ({
      path: join(kProjectFolder, 'build/wasm/core.nowasm.mjs'),
    }));
  },
};

const kDist = join(kProjectFolder, 'dist');

async function buildCore() {
  if (!existsSync(join(kProjectFolder, 'build/wasm/build.ninja'))) {
    console.log('Building the core for wasm (a minute or two, the first time)');
    await mustRun('cmake', ['--preset', 'wasm'], { quiet: true });
  }
  const startedMs = performance.now();
  await mustRun('cmake', ['--build', '--preset', 'wasm'], { quiet: true });
  console.log(`build/wasm/core.mjs is up to date (${secondsSince(startedMs)})`);
}

/**
 * Terser takes more liberties with modules than with scripts, so all are modules
 * until it is done. A script's own scope, a function, is put around it then:
 * terser would open one.
 *
 * @param {import('./bundles.mjs').Bundle} bundle
 * @param {string} banner
 * @returns {Promise<string[]>} The files that it has written to dist/.
 */
async function buildBundle({ entry, file, format, inject, isWithoutWasm }, banner) {
  const isScript = format === 'iife';
  const { outputFiles } = await bundle({
    absWorkingDir: kProjectFolder,
    entryPoints: [entry],
    outfile: file,
    format: 'esm',
    bundle: true,
    minify: true,
    mangleProps: kPrivateInFiles,
    sourcemap: 'external',
    target: kTarget,
    // The wasm is text beyond ASCII, see embed-wasm.mjs.
    charset: 'utf8',
    platform: 'browser',
    inject,
    plugins: isWithoutWasm ? [kWithoutWasm] : [],
    write: false,
    logLevel: 'warning',
  });
  const [map, bundled] = outputFiles;
  // What esbuild leaves: 5 % of the page's file. It alone shortens private names.
  const { code, map: mapOfBoth } = await minify(bundled.text, {
    ecma: 2020,
    module: true,
    // Looking through all of a core as JavaScript takes a minute, for a kilobyte.
    compress: isWithoutWasm ? false : kCompress,
    format: { preamble: isScript ? `${banner}"use strict";(()=>{` : banner },
    sourceMap: { content: map.text },
  });
  const script = isScript ? `${code}})()` : code;
  // Whoever looks into a core as JavaScript finds no source of it: nobody needs a map
  // that is as large as all the others together.
  if (isWithoutWasm) {
    writeFileSync(join(kProjectFolder, file), `${script}\n`);
    return [basename(file)];
  }
  const url = `//# sourceMappingURL=${basename(file)}.map`;
  writeFileSync(join(kProjectFolder, file), `${script}\n${url}\n`);
  writeFileSync(join(kProjectFolder, `${file}.map`), String(mapOfBoth));
  return [basename(file), `${basename(file)}.map`];
}

async function buildBundles() {
  const { name, version, license } = JSON.parse(
    readFileSync(join(kProjectFolder, 'package.json'), 'utf8'),
  );
  const startedMs = performance.now();
  for (const { file } of kBundles) {
    mkdirSync(dirname(join(kProjectFolder, file)), { recursive: true });
  }
  const banner = `/*! ${name} ${version} | ${license} */`;
  const written = await Promise.all(kBundles.map((each) => buildBundle(each, banner)));
  // What is no bundle any more must not be packed.
  const kept = new Set(written.flat());
  for (const file of readdirSync(kDist)) if (!kept.has(file)) rmSync(join(kDist, file));
  console.log(`dist/ is up to date (${secondsSince(startedMs)})`);
}

await runMain(async () => {
  await buildCore();
  await buildBundles();
});
