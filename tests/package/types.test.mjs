// The shipped types, as the compiler of an app sees them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} project @param {string[]} [options] */
function compile(project, options = []) {
  const { status, stdout } = spawnSync(
    path.join(kProjectFolder, 'node_modules/.bin/tsc'),
    ['--project', `tests/types/${project}`, '--pretty', 'false', ...options],
    { cwd: kProjectFolder, encoding: 'utf8' },
  );
  return { status, stdout };
}

for (const project of ['page', 'service-worker']) {
  test(`tsc --strict accepts a ${project} that uses the whole API, and no mistakes`, () => {
    assert.deepEqual(compile(project), { status: 0, stdout: '' });
  });

  test(`the types of a ${project} are checked, not skipped`, () => {
    const { status, stdout } = compile(project, ['--listFilesOnly']);
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`/types/${project}\\.d\\.ts$`, 'm'));
    assert.match(stdout, /\/types\/background-fetch\.d\.ts$/m);
  });
}

test('every export of the package that is code has types, first, and ships them', () => {
  const { exports, files, types } =
    JSON.parse(readFileSync(path.join(kProjectFolder, 'package.json'), 'utf8'));
  for (const name of [
    '.', './service-worker', './service-worker/nowasm', './ponyfill', './ponyfill/service-worker',
    './trace', './tray',
  ]) {
    // Compilers take the first condition that fits.
    assert.deepEqual(Object.keys(exports[name]), ['types', 'default'], name);
    assert.ok(existsSync(path.join(kProjectFolder, exports[name].types)), name);
  }
  assert.equal(types, exports['.'].types);
  assert.ok(files.includes('types'));
});
