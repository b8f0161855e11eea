/**
 * The README's code, as a newcomer puts it together: every block is run here, those of the
 * drop-in scripts on one site, those with imports, bundled, on another.
 */

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { projectRoots, startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';

/** @typedef {{language: string, where: string, code: string}} Block */

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));
const kFilm = Buffer.alloc(3_000_000, 'a film of three million bytes ');
const kForce = 'self.backgroundFetchPolyfill = { force: true };\n';

/** @type {Block[]} Of code; shells are tests/package/readme.test.mjs's. */
const kBlocks = [
  ...readFileSync(`${kProjectFolder}README.md`, 'utf8')
    .matchAll(/^```(js|ts|html)(?: (\w+))?\n([^]*?)^```$/gm),
].map(([, language, where, code]) => ({ language, where, code }));

/** @type {string} */
let scratch;
before(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'readme-'));
});
after(() => rmSync(scratch, { recursive: true, force: true }));

/** @param {Block} block */
const isModule = ({ code }) => /^import\b/m.test(code);

/** @param {string} language @param {string} where */
const blocksOf = (language, where) =>
  kBlocks.filter((block) => block.language === language && block.where === where);

/**
 * One module for each block, one after the other.
 *
 * @param {Block[]} blocks
 * @param {'esm' | 'iife'} format
 */
async function bundle(blocks, format) {
  const { outputFiles } = await build({
    stdin: {
      contents: blocks.map((_, index) => `import 'block:${index}';`).join('\n'),
      resolveDir: kProjectFolder,
    },
    bundle: true,
    write: false,
    format,
    plugins: [{
      name: 'blocks',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^block:/ }, (args) => ({ path: args.path, namespace: 'block' }));
        onLoad({ filter: /.*/, namespace: 'block' }, (args) => ({
          contents: blocks[Number(args.path.split(':')[1])].code, resolveDir: kProjectFolder,
        }));
      },
    }],
  });
  return outputFiles[0].text;
}

/**
 * @param {string} name
 * @param {{html: string, page: string, worker: string}} site
 */
async function runSite(name, { html, page, worker }) {
  const folder = path.join(scratch, name);
  cpSync(`${kProjectFolder}dist`, folder, { recursive: true });
  writeFileSync(path.join(folder, 'film.webm'), kFilm);
  writeFileSync(path.join(folder, 'sw.js'), kForce + worker);
  writeFileSync(path.join(folder, 'app.js'), page);
  const server = await startServer({ roots: { ...projectRoots, '/': folder } });
  const origin = JSON.stringify(server.driverOrigin);
  writeFileSync(path.join(folder, 'index.html'), `<!doctype html><html lang="en"><title>${name}</title>
<script>${kForce} self.driverOrigin = ${origin}; self.errors = [];
addEventListener('error', ({ message }) => self.errors.push(message));
addEventListener('unhandledrejection', ({ reason }) => self.errors.push(String(reason)));
</script>
<script src="/pages/orders.js"></script>
<body>${html}<script type="module" src="/app.js"></script></body>`);
  const browser = await launch(engineUnderTest(), { server });
  try {
    const opened = await browser.open('/?polyfill=off');
    return await opened.run(async () => {
      const { errors } = /** @type {any} */ (self);
      for (;;) {
        const film = await caches.match('/film.webm');
        if (film || errors.length > 0) {
          const length = film ? (await film.arrayBuffer()).byteLength : 0;
          return { length, errors, polyfill: BackgroundFetchManager.polyfill };
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }, undefined);
  } finally {
    await browser.close();
    await server.close();
  }
}

const kExpected = { length: kFilm.length, errors: [], polyfill: true };

test('every block says where it runs', () => {
  const known = ['html page', 'js page', 'js worker'];
  assert.ok(kBlocks.length > 8);
  for (const { language, where, code } of kBlocks) {
    assert.ok(known.includes(`${language} ${where}`), code);
  }
});

test('the README without a build step: a film in the Cache', async () => {
  const texts = (/** @type {string} */ language, /** @type {string} */ where) =>
    blocksOf(language, where).filter((block) => !isModule(block)).map(({ code }) => code).join('\n');
  assert.deepEqual(await runSite('drop-in', {
    html: texts('html', 'page'), page: texts('js', 'page'), worker: texts('js', 'worker'),
  }), kExpected);
});

test('the README with a bundler: a film in the Cache', async () => {
  // Two handlers of one event would be in each other's way: the drop-in's site has the other.
  const worker = blocksOf('js', 'worker').filter(isModule);
  assert.deepEqual(await runSite('bundled', {
    html: '',
    page: await bundle(blocksOf('js', 'page'), 'esm'),
    worker: await bundle(worker, 'iife'),
  }), kExpected);
});
