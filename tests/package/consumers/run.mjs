// npm run test:package: the packed package in fresh apps, built as their tools
// build and run in every engine to a finished background fetch and an offline
// start.
//
//   npm run test:package -- --engine firefox --consumer vite-pwa
//   npm run test:package -- --tarball FILE    that one, instead of packing
//
// Prints a table of consumers by engines; ends with 1 when anything failed.

import {
  cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { kProjectFolder, mustRun, runMain } from '../../../js/build/run.mjs';
import { engines } from '../../browser/engines.mjs';
import { launch } from '../../browser/driver.mjs';
import { projectRoots, sha256Of, startServer } from '../../server/server.mjs';
import { pack } from '../pack.mjs';
import { withDriver } from '../with-driver.mjs';

const kFolder = fileURLToPath(new URL('.', import.meta.url));

/** More than one chunk of the polyfill's. */
const kLessonBytes = 3 * 1024 * 1024;

/** Longer than a slow machine needs for it. */
const kLessonTimeoutMs = 120_000;

const kConsumers = readdirSync(kFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'app')
  .map(({ name }) => name);

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    consumer: { type: 'string', multiple: true, default: kConsumers },
    tarball: { type: 'string' },
  },
});

/**
 * @param {string} consumer
 * @param {string} scratch
 * @param {string} tarball
 * @returns {Promise<string>} The folder of the built site.
 */
async function build(consumer, scratch, tarball) {
  const folder = path.join(scratch, consumer);
  // What TypeScript's consumer has not written for itself, all of them share.
  cpSync(path.join(kFolder, 'app'), path.join(folder, 'src'), { recursive: true });
  cpSync(path.join(kFolder, consumer), folder, { recursive: true });
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball];
  await mustRun('npm', install, { folder, quiet: true });
  await mustRun('npm', ['run', 'build'], { folder, quiet: true });
  return path.join(folder, 'site');
}

/**
 * @param {string} engine
 * @param {string} site
 * @returns {Promise<string>} What the table says.
 */
async function tryOut(engine, site) {
  const server = await startServer({ roots: { ...projectRoots, '/': site } });
  const index = path.join(site, 'index.html');
  const html = readFileSync(index, 'utf8');
  writeFileSync(index, withDriver(html, server.driverOrigin));
  const browser = await launch(engine, { server });
  try {
    const url = `${server.origin}/bytes/lesson?size=${kLessonBytes}&seed=lesson`;
    const page = await browser.open('/?polyfill=off');
    const { result, isOurs, isOursInWorker } = await page.run(
      (url) => /** @type {any} */ (window).keepLesson(url), url, { timeoutMs: kLessonTimeoutMs },
    );
    if (result !== 'success') throw new Error(`it ended in "${result}"`);
    if (!isOurs) throw new Error('the polyfill was not at work in the page');
    if (!isOursInWorker) throw new Error('the polyfill was not at work in the worker');
    await page.run((url) => /** @type {any} */ (window).readLesson(url), url);
    await page.close();

    await server.goOffline();
    const offline = await browser.open('/?polyfill=off');
    const digest = await offline.run(async (url) => {
      const bytes = await /** @type {any} */ (window).readLesson(url);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    }, url);
    if (digest !== sha256Of('lesson', kLessonBytes)) throw new Error('the bytes are wrong');
    return 'finished';
  } finally {
    await browser.close();
    await server.close();
    writeFileSync(index, html);
  }
}

await runMain(async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'consumers-'));
  /** @type {Record<string, Record<string, string>>} */
  const table = {};
  /** @type {string[]} */
  const failed = [];
  try {
    const tarball = options.tarball ? path.resolve(options.tarball) : await pack(scratch);
    for (const consumer of options.consumer) {
      const site = await build(consumer, scratch, tarball);
      table[consumer] = {};
      for (const engine of options.engine) {
        const outcome = await tryOut(engine, site).catch((error) => {
          failed.push(`${consumer} in ${engine}: ${error.message}`);
          return 'FAILED';
        });
        console.log(`${consumer} in ${engine}: ${outcome}`);
        table[consumer][engine] = outcome;
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.table(table);
  if (failed.length > 0) throw new Error(failed.join('\n'));
});
