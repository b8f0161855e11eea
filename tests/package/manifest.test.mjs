// package.json, as tools of others read it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} command @param {string[]} args */
function assertClean(command, args) {
  const path = `${kProjectFolder}node_modules/.bin/${command}`;
  const { status, stdout, stderr } = spawnSync(path, args, {
    cwd: kProjectFolder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
}

test('publint finds nothing', () => {
  assertClean('publint', ['--strict']);
});

test('compilers resolve every entry that is a module', () => {
  assertClean('attw', [
    '--pack', '.',
    // Modules only; the drop-in files are scripts for browsers, without types.
    '--profile', 'esm-only',
    '--exclude-entrypoints', './dist/background-fetch-polyfill.js',
    './dist/background-fetch-polyfill.sw.js',
  ]);
});
