// npm run test:walk: a newcomer's ways through the README, word for word: a fresh folder,
// the quick start's own commands and code, from `npm install` to a finished background
// fetch, at the address and from the server that it names; one way for each tool.
//
//   npm run test:walk -- --engine webkit     Firefox without it; Chromium has the API itself
//   npm run test:walk -- --way Vite          that one alone
//   npm run test:walk -- --tarball FILE      that one, instead of packing
//
// Prints the commands and how long all of it took. Needs the npm registry, and port 8000.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { kProjectFolder, mustRun, runMain } from '../../js/build/run.mjs';
import { atExit } from '../browser/at-exit.mjs';
import { launch } from '../browser/driver.mjs';
import { startServer } from '../server/server.mjs';
import { pack } from './pack.mjs';
import { withDriver } from './with-driver.mjs';

/** Longer than a slow machine needs for it. */
const kServerTimeoutMs = 60_000;
const kFetchTimeoutMs = 120_000;

const kInstall = 'npm install background-fetch-polyfill\n';

/** @typedef {Record<string, string[]>} Blocks  Of code, by what stands behind the fence. */

/**
 * What the README leaves to words: which code goes to which file.
 *
 * @typedef {object} Way
 * @property {string} site  The folder that is served.
 * @property {(common: Blocks, own: Blocks) => Record<string, string[]>} files
 */

/** @type {Record<string, Way>} By how the README begins its paragraph. */
const kWays = {
  esbuild: {
    site: 'site',
    files: ({ 'js page': page, 'js worker': worker }) =>
      ({ 'src/main.js': page, 'src/sw.js': worker }),
  },
  Vite: {
    site: 'dist',
    files: ({ 'js page': page, 'js worker': [, listeners] }, { 'js src/sw.js': [head] }) =>
      ({ 'src/main.js': page, 'src/sw.js': [head, listeners] }),
  },
  "Workbox's `generateSW`": {
    site: 'site',
    files: ({ 'js page': page, 'js worker': [, listeners] }) =>
      ({ 'src/main.js': page, 'site/listeners.js': [listeners] }),
  },
  'Without a build step': {
    site: '.',
    files: (common, own) => {
      const { 'js page': [, page], 'js worker': [, listeners] } = common;
      const { 'html page': [script], 'js worker': [head] } = own;
      const [html] = common['html site/index.html'];
      return {
        'main.js': [page],
        'sw.js': [head, listeners],
        'index.html': [html.replace('<script', `${script}<script`)],
      };
    },
  },
};

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'firefox' },
    way: { type: 'string', multiple: true, default: Object.keys(kWays) },
    tarball: { type: 'string' },
  },
});

/** @param {string} text @returns {Blocks} */
function blocksOf(text) {
  /** @type {Blocks} */
  const blocks = {};
  for (const [, kind, code] of text.matchAll(/^```(.+)\n([^]*?)^```$/gm)) {
    (blocks[kind] ??= []).push(code);
  }
  return blocks;
}

/** @param {string} way @returns {{common: Blocks, own: Blocks, address: string}} */
function instructions(way) {
  const readme = readFileSync(path.join(kProjectFolder, 'README.md'), 'utf8');
  const [, section] = /^## Quick start\n([^]*?)^###? /m.exec(readme) ?? [];
  const [common, ...ways] = section?.split(/^(?=\*\*)/m) ?? [''];
  const own = ways.find((text) => text.startsWith(`**${way}**`));
  const [, address] = /<(http:[^>]+)>/.exec(own ?? '') ?? [];
  if (!own || !address) throw new Error(`The README's quick start has no way "${way}"`);
  return { common: blocksOf(common), own: blocksOf(own), address };
}

/** @param {string} commands  They are printed as in a shell. */
function show(commands) {
  console.log(commands.replaceAll(/^(?=.)/gm, '$ ').trimEnd());
}

/**
 * @param {string} folder  A fresh one.
 * @param {Way} way
 * @param {Blocks} common
 * @param {Blocks} own
 * @param {string} tarball
 */
async function follow(folder, { files }, common, own, tarball) {
  // Blocks for which a file is named, then what is told in words.
  const named = [common, own].flatMap(Object.entries).filter(([kind]) => kind.includes('.'))
    .map(([kind, code]) => [kind.split(' ')[1], code]);
  for (const [file, code] of [...named, ...Object.entries(files(common, own))]) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, code.join('\n'));
  }
  for (const commands of [...common.sh, ...own.sh.slice(0, -1)]) {
    show(commands);
    // It is not published before it has passed.
    const code = commands === kInstall ? `npm install ${tarball}` : commands;
    await mustRun('bash', ['-euc', code], { folder, quiet: true });
  }
}

/** @param {string} address */
const isServed = (address) => fetch(address).then(({ ok }) => ok, () => false);

/**
 * @param {string} folder
 * @param {string} command  The README's, which goes on until it is ended.
 * @param {string} address  Where it serves.
 * @param {() => Promise<void>} use
 */
async function withServer(folder, command, address, use) {
  show(command);
  if (await isServed(address)) throw new Error(`Something else is served at ${address}`);
  // Its input stays open, as a terminal's does; some servers end when it closes.
  const child = spawn('bash', ['-euc', command], { cwd: folder, detached: true });
  let isRunning = true;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  }).then(() => {
    isRunning = false;
  });
  // What npx has started, too.
  const end = () => {
    if (isRunning) process.kill(-Number(child.pid));
  };
  const forget = atExit(end);
  try {
    const deadline = performance.now() + kServerTimeoutMs;
    while (!await isServed(address)) {
      if (!isRunning || performance.now() > deadline) {
        throw new Error(`Nothing is served at ${address}:\n${output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await use();
  } finally {
    end();
    await ended;
    forget();
  }
}

/** @param {string} site  A folder. @param {string} address  Where it is. */
async function watch(site, address) {
  const server = await startServer({});
  const index = path.join(site, 'index.html');
  writeFileSync(index, withDriver(readFileSync(index, 'utf8'), server.driverOrigin));
  const film = statSync(path.join(site, 'film.webm')).size;
  const browser = await launch(options.engine, { server });
  try {
    const page = await browser.open(`${address}?polyfill=off`);
    const { length, isOurs } = await page.run(async () => {
      for (;;) {
        const film = await caches.match('/film.webm');
        if (film) {
          const { size } = await film.blob();
          return { length: size, isOurs: BackgroundFetchManager.polyfill === true };
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }, undefined, { timeoutMs: kFetchTimeoutMs });
    if (!isOurs) throw new Error('the polyfill was not at work');
    if (length !== film) throw new Error(`${length} bytes came of ${film}`);
  } finally {
    await browser.close();
    await server.close();
  }
}

await runMain(async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'walk-'));
  try {
    const tarball = options.tarball ? path.resolve(options.tarball) : await pack(scratch);
    for (const name of options.way) {
      console.log(`The README, ${name}`);
      const startedMs = performance.now();
      const way = kWays[name];
      const { common, own, address } = instructions(name);
      const folder = mkdtempSync(path.join(scratch, 'fresh-'));
      await follow(folder, way, common, own, tarball);
      const site = path.join(folder, way.site);
      await withServer(folder, String(own.sh.at(-1)), address, () => watch(site, address));
      const minutes = (performance.now() - startedMs) / 60_000;
      const after = `after ${minutes.toFixed(2)} minutes`;
      console.log(`a finished background fetch in ${options.engine} ${after}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
