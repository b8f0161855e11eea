// bindings/slim_*.js replace what is generic of Emscripten's JavaScript: what is left of
// it must find all that it calls, and what is new must do all that is asked of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';

import { loadCore } from './load-core.mjs';

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

const kFolder = '/background-fetch/slim';

/** @type {CoreModule} */
let core;
let now = 1_800_000_000_000;

beforeEach(async () => {
  core = await loadCore();
  core.FS.mkdirTree(kFolder);
});

/** @param {string} path  Of the project. */
function textOf(path) {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

function openEngine() {
  core.open(kFolder, 1, 'https://app.example');
  core.start(true, now);
}

/** @param {string} id @param {string[]} urls */
function register(id, urls) {
  const requests = urls.map((url) => ({
    url, method: 'GET', headers: [], mode: 'cors', credentials: 'omit', cache: 'default',
    redirect: 'follow', referrer: '', referrerPolicy: '', integrity: '', bodyLength: 0,
  }));
  const options = { id, title: id, icons: [], downloadTotal: 0 };
  const { commands } = core.register(1, id, options, requests, 1e9, now);
  for (const { type } of commands) {
    if (type === 'sync-journal') core.journalSynced((now += 1));
  }
}

/** @param {RegExp} pattern  With the name as its group. */
function namesInGlue(pattern) {
  return [...textOf('build/wasm/glue.mjs').matchAll(pattern)].map(([, name]) => name);
}

test('every member of FS that the glue calls is there', () => {
  const called = new Set(namesInGlue(/(?<![\w$])FS\.(\w+)\(/g));
  assert.ok(called.size > 10, `only ${called.size} calls found`);
  assert.deepEqual([...called].filter((name) => !(name in core.FS)), []);
});

test('every member of IDBFS, MEMFS and PATH that the glue calls is there', () => {
  const called = namesInGlue(/\b(?:IDBFS|MEMFS|PATH)(?:\.\w+_ops)?\.(\w+)[(.]/g);
  assert.ok(called.length > 5, `only ${called.length} calls found`);
  const glue = textOf('build/wasm/glue.mjs');
  const missing = called.filter((name) =>
    !new RegExp(`\\b${name}:\\s*(function|\\(|\\w+ *=>)`).test(glue));
  assert.deepEqual(missing, []);
});

test('the core opens files in no way that slim_files.js does not know', () => {
  const used = textOf('src/journal/posix_directory.cc').match(/\bO_\w+/g);
  const known = ['O_RDONLY', 'O_WRONLY', 'O_APPEND', 'O_CREAT', 'O_CLOEXEC'];
  assert.deepEqual([...new Set(used)].sort(), known.sort());
});

test('the journal is found among more files than are listed at once', () => {
  for (let i = 0; i < 40; i += 1) {
    core.FS.writeFile(`${kFolder}/not-of-the-journal-${i}`, new Uint8Array(1));
  }
  openEngine();
  register('kept', ['https://app.example/']);
  openEngine();
  assert.deepEqual(core.activeIds(), ['kept']);
});

test('names that every object has are names of no file', () => {
  for (const name of ['constructor', '__proto__', 'hasOwnProperty']) {
    assert.throws(() => core.FS.unlink(`${kFolder}/${name}`), name);
    assert.throws(() => core.FS.stat(`${kFolder}/${name}`), name);
  }
});

for (const [what, id] of [
  ['zeros', 'a\0b'],
  ['byte order marks', '\uFEFFa\uFEFF'],
  ['every length of UTF-8', 'aé€🎬'],
]) {
  test(`text with ${what} crosses the border as it is, and back`, () => {
    openEngine();
    register(id, ['https://app.example/']);
    assert.deepEqual(core.activeIds(), [id]);
    assert.equal(core.activeUid(id), id);
  });
}

test('a fetch that is larger than the memory it finds is kept, in memory and in the journal', () => {
  openEngine();
  // Above the 16 MiB that the wasm starts with.
  const padding = 'x'.repeat(2000);
  const urls = Array.from({ length: 10_000 }, (_, i) => `https://app.example/${i}?${padding}`);
  register('large', urls);
  openEngine();
  assert.equal(core.request('large', 9999)?.url, urls[9999]);
});

test('values come back with their types: numbers beyond 2^31, booleans, null', () => {
  openEngine();
  register('typed', ['https://app.example/']);
  const { wake, isEmpty } = core.tick(now);
  assert.equal(wake > 2 ** 31, true);
  assert.equal(isEmpty, false);
  assert.equal(core.isWorking(), true);
  assert.equal(core.snapshot('unknown'), null);
});

const kIsWithoutWasm = process.env.CORE === 'core.nowasm.mjs';

test('a core that cannot start says why', { skip: kIsWithoutWasm }, async (t) => {
  const error = new WebAssembly.CompileError('no wasm today');
  t.mock.method(WebAssembly, 'instantiate', async () => {
    throw error;
  });
  await assert.rejects(loadCore(), error);
});

test('an instance leaves no name of its own on the global object', async () => {
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  await loadCore();
  const names = Object.getOwnPropertyNames(globalThis);
  assert.deepEqual(names.filter((name) => !before.has(name)), []);
});
