// package.json, as tools of others read it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} command @param {string[]} args */
function assertClean(command, args) {
  const path = `${kProjectFolder}node_modules/.bin/${command}`;
  const { status, stdout, stderr } = spawnSync(path, args, {
    cwd: kProjectFolder,
    encoding: 'utf8',
    // Both pack; other tests read dist/ meanwhile, which must not be built again.
    env: { ...process.env, npm_config_ignore_scripts: 'true' },
  });
  assert.equal(status, 0, stdout + stderr);
}

test('publint finds nothing', () => {
  assertClean('publint', ['--strict']);
});

test('compilers resolve every entry that is a module', () => {
  const { exports } = JSON.parse(readFileSync(`${kProjectFolder}package.json`, 'utf8'));
  // The drop-in files are scripts for browsers, without types.
  const scripts = Object.keys(exports).filter((name) => name.startsWith('./dist/'));
  assertClean('attw', [
    '--pack', '.', '--profile', 'esm-only', '--exclude-entrypoints', ...scripts,
  ]);
});
