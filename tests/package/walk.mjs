// npm run test:walk: a newcomer's way through the README, word for word: a fresh folder,
// the quick start's own commands and code, from `npm install` to a finished background
// fetch, once with a bundler and once without.
//
//   npm run test:walk -- --engine webkit     Firefox without it; Chromium has the API itself
//   npm run test:walk -- --tarball FILE      that one, instead of packing
//
// Prints the commands and how long all of it took. Needs the npm registry.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { kProjectFolder, mustRun, runMain } from '../../js/build/run.mjs';
import { launch } from '../browser/driver.mjs';
import { projectRoots, startServer } from '../server/server.mjs';
import { pack } from './pack.mjs';
import { withDriver } from './with-driver.mjs';

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'firefox' },
    tarball: { type: 'string' },
  },
});

/** What the README's code fetches. */
const kFilm = Buffer.alloc(3_000_000, 'a film of three million bytes ');

/** Longer than a slow machine needs for it. */
const kFetchTimeoutMs = 120_000;

const kPackage = 'background-fetch-polyfill';

/** @returns {Record<'sh' | 'html page' | 'js page' | 'js worker', string[]>} Blocks by kind. */
function quickStart() {
  const readme = readFileSync(path.join(kProjectFolder, 'README.md'), 'utf8');
  const [, section] = /^## Quick start\n([^]*?)^##/m.exec(readme) ?? [];
  if (!section) throw new Error('The README has no quick start');
  /** @type {Record<string, string[]>} */
  const blocks = {};
  for (const [, kind, code] of section.matchAll(/^```(.+)\n([^]*?)^```$/gm)) {
    (blocks[kind] ??= []).push(code);
  }
  return blocks;
}

/**
 * @typedef {object} Way
 * @property {(command: string) => boolean} takes  Whether a shell's block is this way's.
 * @property {(code: string) => boolean} has  Whether a script's block is this way's.
 * @property {string} site  The folder that is served.
 * @property {string} page  Where its script is written.
 * @property {string} worker
 */

/** @param {string} code */
const isImport = (code) => code.startsWith('import ');
/** @param {string} code */
const isDropIn = (code) => code.startsWith('importScripts(');
/** @param {string} commands */
const installs = (commands) => commands === `npm install ${kPackage}\n`;

/** @type {Record<string, Way>} */
const kWays = {
  'with a bundler': {
    takes: (commands) => installs(commands) || commands.includes('npx esbuild'),
    has: (code) => !isDropIn(code),
    site: 'site',
    page: 'src/main.js',
    worker: 'src/sw.js',
  },
  'without a build step': {
    takes: (commands) => installs(commands) || commands.startsWith('cp '),
    has: (code) => !isImport(code),
    site: '.',
    page: 'main.js',
    worker: 'sw.js',
  },
};

/**
 * @param {string} folder  A fresh one.
 * @param {Way} way
 * @param {string} tarball
 * @returns {Promise<string>} The folder of the site.
 */
async function follow(folder, { takes, has, site, page, worker }, tarball) {
  const blocks = quickStart();
  for (const file of [page, worker, `${site}/index.html`]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  }
  writeFileSync(path.join(folder, page), blocks['js page'].filter(has).join('\n'));
  writeFileSync(path.join(folder, worker), blocks['js worker'].filter(has).join('\n'));
  for (const commands of blocks.sh.filter(takes)) {
    console.log(commands.replaceAll(/^(?=.)/gm, '$ ').trimEnd());
    // It is not published before it has passed.
    const code = installs(commands) ? `npm install ${tarball}` : commands;
    await mustRun('bash', ['-euc', code], { folder, quiet: true });
  }
  // A film and a page are what an app has.
  writeFileSync(path.join(folder, site, 'film.webm'), kFilm);
  const head = site === '.' ? blocks['html page'].join('') : '';
  writeFileSync(path.join(folder, site, 'index.html'), `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A film</title>
${head}<script type="module" src="/main.js"></script>
</html>
`);
  return path.join(folder, site);
}

/** @param {string} site */
async function watch(site) {
  const server = await startServer({ roots: { ...projectRoots, '/': site } });
  const index = path.join(site, 'index.html');
  writeFileSync(index, withDriver(readFileSync(index, 'utf8'), server.driverOrigin));
  const browser = await launch(options.engine, { server });
  try {
    const page = await browser.open('/?polyfill=off');
    const { length, isOurs } = await page.run(async () => {
      for (;;) {
        const film = await caches.match('/film.webm');
        if (film) {
          const { length } = new Uint8Array(await film.arrayBuffer());
          return { length, isOurs: BackgroundFetchManager.polyfill === true };
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }, undefined, { timeoutMs: kFetchTimeoutMs });
    if (!isOurs) throw new Error('the polyfill was not at work');
    if (length !== kFilm.length) throw new Error(`${length} bytes came of ${kFilm.length}`);
  } finally {
    await browser.close();
    await server.close();
  }
}

await runMain(async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'walk-'));
  try {
    const tarball = options.tarball ? path.resolve(options.tarball) : await pack(scratch);
    for (const [name, way] of Object.entries(kWays)) {
      console.log(`The README, ${name}`);
      const startedMs = performance.now();
      const folder = mkdtempSync(path.join(scratch, 'fresh-'));
      await watch(await follow(folder, way, tarball));
      const minutes = (performance.now() - startedMs) / 60_000;
      console.log(`a finished background fetch in ${options.engine} after ${minutes.toFixed(2)} minutes`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
