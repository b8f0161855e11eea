/**
 * The README's code, as a newcomer puts it together: every block is run here, those of the
 * drop-in scripts on one site, those with imports, bundled, on another, those of the ponyfill
 * on a third.
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
import { engineUnderTest, isWithoutWasm } from './engine-under-test.mjs';

/** @typedef {{language: string, where: string, code: string}} Block */

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));
const kFilm = Buffer.alloc(3_000_000, 'a film of three million bytes ');
/** What comes of a film that is held: more than the first part, less than all. */
const kHeldAt = 2_000_000;
/** @type {Record<string, string>} What an app without wasm imports. */
const kAlias = isWithoutWasm
  ? { 'background-fetch-polyfill/service-worker': 'background-fetch-polyfill/service-worker/nowasm' }
  : {};
const kForce = 'self.backgroundFetchPolyfill = { force: true };\n';

/**
 * @type {Block[]} All but those for shells, which are tests/package/readme.test.mjs's, and whole
 * files of one tool's way, which tests/package/walk.mjs takes.
 */
const kBlocks = [
  ...readFileSync(`${kProjectFolder}README.md`, 'utf8')
    .matchAll(/^ *```(\w*)(?: (\S+))?\n([^]*?)^ *```$/gm),
].map(([, language, where, code]) => ({ language, where, code }))
  .filter(({ language, where }) => language !== 'sh' && !where?.includes('.'));

/** @type {string} */
let scratch;
before(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'readme-'));
});
after(() => rmSync(scratch, { recursive: true, force: true }));

/** @param {Block} block */
const isModule = ({ code }) => /^import\b/m.test(code);

/** @param {Block} block */
const isPonyfill = ({ code }) => code.includes('background-fetch-polyfill/ponyfill');

/** @param {Block} block */
const isApi = (block) => !isModule(block) && !block.code.includes('importScripts');

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
    alias: kAlias,
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

/** The server of a film that can be held midway. */
class Film {
  #release = () => {};
  #released = Promise.resolve();

  hold() {
    this.#released = new Promise((resolve) => {
      this.#release = () => resolve();
    });
  }

  release() {
    this.#release();
  }

  /** @type {import('../server/server.mjs').Handler} */
  answer = async (request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const begin = Number(first ?? 0);
    const end = last ? Number(last) + 1 : kFilm.length;
    response.writeHead(first ? 206 : 200, {
      'Accept-Ranges': 'bytes',
      'Content-Length': end - begin,
      'Content-Type': 'video/webm',
      ETag: '"film"',
      ...(first && { 'Content-Range': `bytes ${begin}-${end - 1}/${kFilm.length}` }),
    });
    const heldAt = Math.max(begin, Math.min(end, kHeldAt));
    response.write(kFilm.subarray(begin, heldAt));
    if (heldAt < end) await this.#released;
    response.end(kFilm.subarray(heldAt, end));
  };
}

/**
 * A site at its own address, until `use` is done.
 *
 * @param {string} name
 * @param {{html?: string, page: string, worker: string, settings?: string}} site
 * @param {(browser: import('./driver.mjs').Browser, film: Film) => Promise<void>} use
 */
async function runSite(name, { html = '', page, worker, settings = kForce }, use) {
  const folder = path.join(scratch, name);
  cpSync(`${kProjectFolder}dist`, folder, { recursive: true });
  writeFileSync(path.join(folder, 'sw.js'), settings + worker);
  writeFileSync(path.join(folder, 'app.js'), `${page}\nself.hasRun = true;\n`);
  const film = new Film();
  const server = await startServer({
    roots: { ...projectRoots, '/': folder }, handlers: { '/film.webm': film.answer },
  });
  const driver = `<!doctype html><html lang="en"><title>${name}</title>
<script>${settings} self.driverOrigin = ${JSON.stringify(server.driverOrigin)}; self.errors = [];
addEventListener('error', ({ message }) => self.errors.push(message));
addEventListener('unhandledrejection', ({ reason }) => self.errors.push(String(reason)));
</script>
<script src="/pages/orders.js"></script>`;
  writeFileSync(path.join(folder, 'index.html'),
    `${driver}<body>${html}<script type="module" src="/app.js"></script></body>`);
  writeFileSync(path.join(folder, 'watch.html'), driver);
  const browser = await launch(engineUnderTest(), { server });
  try {
    await use(browser, film);
  } finally {
    film.release();
    await browser.close();
    await server.close();
  }
}

/** @param {import('./driver.mjs').Page} page */
function untilFilmIsKept(page) {
  return page.run(async () => {
    const global = /** @type {any} */ (self);
    const { errors } = global;
    for (;;) {
      const film = await caches.match('/film.webm');
      if (film || errors.length > 0) {
        const length = film ? (await film.arrayBuffer()).byteLength : 0;
        return { length, errors, polyfill: global.BackgroundFetchManager?.polyfill };
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, undefined);
}

/** @param {import('./driver.mjs').Page} page */
function untilFilmHasBegun(page) {
  return page.run(async () => {
    const { backgroundFetch } = await navigator.serviceWorker.ready;
    while (!(await backgroundFetch.getIds()).includes('film-1')) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, undefined);
}

/** @param {import('./driver.mjs').Page} page  @returns {Promise<string[]>} What went wrong. */
function untilScriptHasRun(page) {
  return page.run(async () => {
    const global = /** @type {any} */ (self);
    while (!global.hasRun && global.errors.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return global.errors;
  }, undefined);
}

/** @param {import('./driver.mjs').Page} page  As a media element asks. */
function seek(page) {
  return page.run(async () => {
    const response = await fetch('/film.webm', { headers: { Range: 'bytes=10-109' } });
    const { status, headers } = response;
    return {
      isControlled: navigator.serviceWorker.controller !== null,
      status,
      range: headers.get('Content-Range'),
      text: await response.text(),
    };
  }, undefined);
}

const kKept = { length: kFilm.length, errors: [], polyfill: true };
const kSought = {
  isControlled: true,
  status: 206,
  range: `bytes 10-109/${kFilm.length}`,
  text: kFilm.toString('latin1', 10, 110),
};

test('every block says where it runs', () => {
  const known = ['html page', 'js page', 'js worker', 'js both'];
  assert.ok(kBlocks.length > 8);
  for (const { language, where, code } of kBlocks) {
    assert.ok(known.includes(`${language} ${where}`), code);
  }
});

test('the README without a build step: a film in the Cache', async () => {
  const texts = (/** @type {string} */ language, /** @type {string} */ where) =>
    blocksOf(language, where).filter((block) => !isModule(block)).map(({ code }) => code).join('\n');
  await runSite('drop-in', {
    html: texts('html', 'page'), page: texts('js', 'page'), worker: texts('js', 'worker'),
  }, async (browser, film) => {
    film.hold();
    const opened = await browser.open('/?polyfill=off');
    await untilFilmHasBegun(opened);
    await opened.navigate('/?polyfill=off');
    assert.deepEqual(await untilScriptHasRun(opened), [], 'loaded anew midway');
    film.release();
    assert.deepEqual(await untilFilmIsKept(opened), kKept);
  });
});

test('the README with a bundler: a film that is watched while it comes, and in the Cache', async () => {
  const settings = blocksOf('js', 'both');
  const page = blocksOf('js', 'page').filter((block) => !isPonyfill(block));
  // Two handlers of one event would be in each other's way: the drop-in's site has the other.
  const worker = blocksOf('js', 'worker').filter((block) => isModule(block) && !isPonyfill(block));
  await runSite('bundled', {
    page: await bundle([...settings, ...page], 'esm'),
    worker: await bundle([...settings, ...worker], 'iife'),
    settings: '',
  }, async (browser, film) => {
    film.hold();
    const opened = await browser.open('/?polyfill=off');
    await untilFilmHasBegun(opened);
    const watching = await browser.open('/watch.html?polyfill=off');
    assert.deepEqual(await seek(watching), kSought, 'while it comes');
    film.release();
    assert.deepEqual(await untilFilmIsKept(opened), kKept);
    assert.deepEqual(await seek(watching), kSought, 'of the Cache');
  });
});

test('the README with the ponyfill: a film in the Cache, by its settings alone', async () => {
  const of = (/** @type {string} */ where) => {
    const blocks = blocksOf('js', where);
    // It takes the place of the imports that come first.
    return [...blocks.filter(isPonyfill), ...blocks.filter(isApi)];
  };
  await runSite('ponyfill', {
    page: await bundle(of('page'), 'esm'), worker: await bundle(of('worker'), 'iife'), settings: '',
  }, async (browser) => {
    assert.deepEqual(await untilFilmIsKept(await browser.open('/?polyfill=off')), kKept);
  });
});
