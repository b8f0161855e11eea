// What npm would publish.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));

test('the package has what is listed, and nothing else', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
    cwd: kProjectFolder,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(stdout);
  const contents = files.map((/** @type {{path: string}} */ { path }) => path).sort();
  const listed = readFileSync(`${kProjectFolder}js/build/package-contents.txt`, 'utf8');
  assert.deepEqual(contents, listed.trim().split('\n').sort());
});
