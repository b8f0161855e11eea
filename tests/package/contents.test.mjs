// What npm would publish.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Other tests read dist/ meanwhile, which must not be built again. */
function dryRun() {
  const args = ['pack', '--ignore-scripts', '--dry-run', '--json', '--silent'];
  const { stdout } = spawnSync('npm', args, { cwd: kProjectFolder, encoding: 'utf8' });
  const [tarball] = JSON.parse(stdout);
  return tarball;
}

test('the package has what is listed, and nothing else', () => {
  const { files } = dryRun();
  const contents = files.map((/** @type {{path: string}} */ { path }) => path).sort();
  const listed = readFileSync(`${kProjectFolder}js/build/package-contents.txt`, 'utf8');
  assert.deepEqual(contents, listed.trim().split('\n').sort());
});

test('the package is as large as the README says, unpacked', () => {
  const readme = readFileSync(`${kProjectFolder}README.md`, 'utf8');
  const [, megabytes] = /the package has at most (\d+) MB/.exec(readme) ?? [];
  const { unpackedSize } = dryRun();
  assert.ok(unpackedSize <= Number(megabytes) * 1e6, String(unpackedSize));
  // Another figure would say more.
  assert.ok(unpackedSize > (Number(megabytes) - 1) * 1e6, String(unpackedSize));
});

test('npm builds dist/, which is in no clone, before it packs or publishes', () => {
  const { scripts } = JSON.parse(readFileSync(`${kProjectFolder}package.json`, 'utf8'));
  assert.equal(scripts.prepack, 'npm run build');
});
