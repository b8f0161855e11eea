// What npm would publish, as a file: built first, by the package's own `prepack`.

import { readdirSync } from 'node:fs';
import path from 'node:path';

import { mustRun } from '../../js/build/run.mjs';

/**
 * @param {string} folder  An empty one.
 * @returns {Promise<string>} The tarball in it.
 */
export async function pack(folder) {
  await mustRun('npm', ['pack', '--pack-destination', folder], { quiet: true });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error('npm pack made no tarball');
  return path.join(folder, tarball);
}
