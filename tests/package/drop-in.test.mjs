// The shipped files as their users load them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Script } from 'node:vm';

/** @param {string} file */
function read(file) {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

const kDropIns = [
  'dist/background-fetch-polyfill.js',
  'dist/background-fetch-polyfill.sw.js',
  'dist/background-fetch-polyfill.nowasm.sw.js',
  'dist/background-fetch-polyfill.range.js',
  'dist/background-fetch-polyfill.tray.js',
  'dist/background-fetch-polyfill.transfer.js',
];
const kModules = [
  'dist/page.mjs', 'dist/service-worker.mjs', 'dist/service-worker.nowasm.mjs',
  'dist/ponyfill.mjs', 'dist/ponyfill.service-worker.mjs', 'dist/tray.mjs',
];

for (const file of kDropIns) {
  // importScripts() runs classic scripts: a static import, import.meta or a
  // top-level await would be a SyntaxError here as there.
  test(`${file} is a classic script`, () => {
    assert.doesNotThrow(() => new Script(read(file), { filename: file }));
  });

  test(`${file} leaves no names of its own on the global`, () => {
    assert.match(read(file), /^\/\*!.*?\*\/\s*"use strict";\(\(\)=>\{/s);
  });
}

for (const file of [...kDropIns, ...kModules]) {
  test(`${file} loads nothing else and generates no code`, () => {
    const source = read(file);
    assert.doesNotMatch(source, /\bimport\s*\(/);
    assert.doesNotMatch(source, /\bimport\.meta\b/);
    assert.doesNotMatch(source, /\bimport\s*["'{]/);
    assert.doesNotMatch(source, /\beval\s*\(/);
    assert.doesNotMatch(source, /\bnew Function\b|[^.\w]Function\s*\(/);
  });

  test(`${file} names the package's version`, () => {
    const { name, version } = JSON.parse(read('package.json'));
    assert.ok(read(file).startsWith(`/*! ${name} ${version} `));
  });
}

for (const name of ['', '/service-worker', '/service-worker/nowasm', '/trace', '/tray']) {
  test(`background-fetch-polyfill${name} can be imported where there is no service worker`, async () => {
    await assert.doesNotReject(import(`background-fetch-polyfill${name}`));
  });
}

for (const name of ['ponyfill', 'ponyfill/service-worker']) {
  // That importing it changes nothing where it could: tests/browser/ponyfill.test.mjs.
  test(`background-fetch-polyfill/${name} can be imported on a server, its install() is no`, async () => {
    const { install, ...exported } = await import(`background-fetch-polyfill/${name}`);
    assert.equal(install({ force: true }), false);
    assert.equal('BackgroundFetchManager' in globalThis, false);
    assert.equal(typeof exported.BackgroundFetchManager, 'function');
  });
}
