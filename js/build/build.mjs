// Makes dist/: the core as wasm, then the bundles around it.
//
// ninja decides what of the core is out of date; bundling takes a fraction of a
// second and is always done.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { kBundles } from './bundles.mjs';
import { kProjectFolder, mustRun, runMain, secondsSince } from './run.mjs';

// What all supported engines understand; esbuild rewrites what is newer.
const kTarget = 'es2022';

async function buildCore() {
  if (!existsSync(join(kProjectFolder, 'build/wasm/build.ninja'))) {
    console.log('Building the core for wasm (a minute or two, the first time)');
    await mustRun('cmake', ['--preset', 'wasm'], { quiet: true });
  }
  const startedMs = performance.now();
  await mustRun('cmake', ['--build', '--preset', 'wasm'], { quiet: true });
  console.log(`build/wasm/core.mjs is up to date (${secondsSince(startedMs)})`);
}

async function buildBundles() {
  const { name, version, license } = JSON.parse(
    readFileSync(join(kProjectFolder, 'package.json'), 'utf8'),
  );
  const startedMs = performance.now();
  await Promise.all(
    kBundles.map(({ entry, file, format }) =>
      bundle({
        absWorkingDir: kProjectFolder,
        entryPoints: [entry],
        outfile: file,
        format,
        bundle: true,
        minify: true,
        sourcemap: true,
        target: kTarget,
        // The wasm is text beyond ASCII, see embed-wasm.mjs.
        charset: 'utf8',
        platform: 'browser',
        banner: { js: `/*! ${name} ${version} | ${license} */` },
        logLevel: 'warning',
      }),
    ),
  );
  console.log(`dist/ is up to date (${secondsSince(startedMs)})`);
}

await runMain(async () => {
  await buildCore();
  await buildBundles();
});
