// npm run release: makes the tarball of the version that package.json names, from
// a clean clone of what is committed, and publishes nothing.
//
//   npm run release -- --folder releases
//   npm run release -- --dry-run [--skip-tests]
//
// A dry run goes through the same steps, tells of what a release would be refused
// for, and keeps nothing. Only there may tests be left out.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { obstacles } from './obstacles.mjs';
import { kProjectFolder, mustRun, runMain } from './run.mjs';

const { values: options } = parseArgs({
  options: {
    folder: { type: 'string', default: 'build' },
    'dry-run': { type: 'boolean', default: false },
    'skip-tests': { type: 'boolean', default: false },
  },
});
const isDryRun = options['dry-run'];
const skipsTests = options['skip-tests'];

const { version } = JSON.parse(readFileSync(join(kProjectFolder, 'package.json'), 'utf8'));

/** @param {string} name */
function heading(name) {
  console.log(`──── ${name}`);
}

/** @param {string[]} args */
function git(args) {
  return mustRun('git', args, { quiet: true });
}

async function checkVersion() {
  heading(`version ${version}`);
  const found = obstacles({
    version,
    changes: await git(['status', '--porcelain']),
    tags: await git(['tag', '--list', `v${version}`]),
    changelog: readFileSync(join(kProjectFolder, 'CHANGELOG.md'), 'utf8'),
  });
  if (found.length === 0) return;
  if (!isDryRun) throw new Error(found.join('\n'));
  for (const obstacle of found) console.log(`A release would be refused: ${obstacle}`);
}

/** @param {string} folder  Of the clone. */
async function buildAndTest(folder) {
  if (!skipsTests) {
    heading('npm test, in a clean clone');
    await mustRun('npm', ['test'], { folder });
    return;
  }
  console.log('\n!!!! --skip-tests: NOTHING IS TESTED. This says nothing of what is packed.\n');
  heading('npm run build, in a clean clone');
  await mustRun('npm', ['run', 'build'], { folder });
  await mustRun('npm', ['run', 'size'], { folder });
}

/** What may be in the tarball, and has to be: a file a line. */
function contentsWanted() {
  const list = readFileSync(join(kProjectFolder, 'js/build/package-contents.txt'), 'utf8');
  return list.trim().split('\n');
}

/**
 * @param {string} folder  Where the package is.
 * @param {string} destination
 * @returns {Promise<string>} The tarball.
 */
async function pack(folder, destination) {
  heading('npm pack');
  // What has been tested is packed, and not built again.
  const quietly = ['--ignore-scripts', '--json', '--silent'];
  const args = ['pack', ...quietly, '--pack-destination', destination];
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
  console.log(`${join(destination, tarball.filename)}: ${contents.length} files, as listed; ` +
    `${tarball.size} bytes, ${tarball.unpackedSize} unpacked`);
  return join(destination, tarball.filename);
}

/** @param {string} folder  Of the clone. @param {string} tarball */
async function tryOut(folder, tarball) {
  if (skipsTests) return;
  heading('the tarball in fresh apps');
  await mustRun('npm', ['run', 'test:package', '--', '--tarball', tarball], { folder });
  heading('the README in a fresh folder');
  await mustRun('npm', ['run', 'test:walk', '--', '--tarball', tarball], { folder });
}

await runMain(async () => {
  if (skipsTests && !isDryRun) throw new Error('--skip-tests is for --dry-run alone');
  await checkVersion();
  const scratch = mkdtempSync(join(tmpdir(), 'release-'));
  const clone = join(scratch, 'clone');
  const destination = isDryRun ? scratch : resolve(kProjectFolder, options.folder);
  mkdirSync(destination, { recursive: true });
  try {
    await git(['clone', '--quiet', kProjectFolder, clone]);
    await buildAndTest(clone);
    await tryOut(clone, await pack(clone, destination));
    if (isDryRun) console.log('A dry run: nothing is kept, nothing is published.');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
