// npm run release: makes the tarball of the version that package.json names, from
// a clean clone of what is committed, and publishes nothing.
//
//   npm run release -- --folder releases

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { kProjectFolder, mustRun, runMain } from './run.mjs';

const { values: options } = parseArgs({
  options: { folder: { type: 'string', default: 'build' } },
});

const { version } = JSON.parse(readFileSync(join(kProjectFolder, 'package.json'), 'utf8'));

/** @param {string[]} args */
function git(args) {
  return mustRun('git', args, { quiet: true });
}

async function checkVersion() {
  if ((await git(['status', '--porcelain'])) !== '') {
    throw new Error('There are changes that are not committed');
  }
  if ((await git(['tag', '--list', `v${version}`])) !== '') {
    throw new Error(`${version} has been released: package.json needs the next version`);
  }
  const changelog = readFileSync(join(kProjectFolder, 'CHANGELOG.md'), 'utf8');
  if (!new RegExp(`^## ${version.replaceAll('.', '\\.')} - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(changelog)) {
    throw new Error(`CHANGELOG.md has no section "## ${version} - <date>"`);
  }
}

/** What may be in the tarball, and has to be: a file a line. */
function contentsWanted() {
  const list = readFileSync(join(kProjectFolder, 'js/build/package-contents.txt'), 'utf8');
  return list.trim().split('\n');
}

/** @param {string} folder  Where the package is. @param {string} destination */
async function pack(folder, destination) {
  const args = ['pack', '--json', '--silent', '--pack-destination', destination];
  const [tarball] = JSON.parse(await mustRun('npm', args, { folder, quiet: true }));
  /** @type {string[]} */
  const contents = tarball.files.map((/** @type {{path: string}} */ { path }) => path).sort();
  const wanted = contentsWanted().sort();
  const surplus = contents.filter((file) => !wanted.includes(file));
  const missing = wanted.filter((file) => !contents.includes(file));
  if (surplus.length + missing.length > 0) {
    throw new Error(`Not as listed: surplus ${surplus.join(', ')}; missing ${missing.join(', ')}`);
  }
  console.table(tarball.files.map((/** @type {any} */ { path, size }) => ({ path, size })));
  console.log(`${join(destination, tarball.filename)}: ${tarball.size} bytes, ` +
    `${tarball.unpackedSize} unpacked`);
}

await runMain(async () => {
  await checkVersion();
  const destination = resolve(kProjectFolder, options.folder);
  mkdirSync(destination, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    await git(['clone', '--quiet', kProjectFolder, scratch]);
    await mustRun('npm', ['test'], { folder: scratch });
    await pack(scratch, destination);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
