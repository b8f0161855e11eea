// What the project needs and this machine lacks: Debian packages, npm packages.
//
//   node js/build/install.mjs [build|test|fuzz|bench]
//
// Asks before it acts: a machine that has everything is done in under a second
// and needs neither root nor a network.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kProjectFolder, mustRun, run, runMain, secondsSince } from './run.mjs';

const kPackagesToBuild = ['cmake', 'ninja-build', 'emscripten'];

const kPackagesToTest = [
  ...kPackagesToBuild,
  // Native tests and lint.
  'g++',
  'libgtest-dev',
  'clang-format',
  'clang-tidy',
  // The three engines; the last two give MiniBrowser a screen.
  'chromium',
  'firefox-esr',
  'libwebkit2gtk-4.1-0',
  'xvfb',
  'xauth',
  // The browser driver looks at process trees.
  'procps',
  // Web servers that nobody here wrote; of Apache only the program.
  'nginx',
  'apache2-bin',
  'lighttpd',
  // A network whose cable can be pulled.
  'iproute2',
];

const kPackagesOf = {
  build: kPackagesToBuild,
  test: kPackagesToTest,
  // libFuzzer and the sanitizers of clang.
  fuzz: ['cmake', 'ninja-build', 'clang', 'libclang-rt-dev'],
  // Native and wasm.
  bench: [...kPackagesToBuild, 'g++', 'libbenchmark-dev'],
};

/** @typedef {keyof typeof kPackagesOf} Purpose */

// Where Debian's nodejs, which emscripten depends on, puts its Node 18.
const kDebianNodePath = '/usr/bin/node';

/**
 * @param {string[]} packages
 * @returns {Promise<string[] | null>} null: this is not a Debian system.
 */
async function missingPackages(packages) {
  const { code, output } = await run(
    'dpkg-query',
    ['--show', '--showformat', '${Package} ${db:Status-Status}\\n', ...packages],
    { quiet: true },
  );
  if (code === 127) return null;
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((name) => !installed.has(name));
}

/**
 * A Node that came without apt, and lies where Debian's own would go, has to be
 * kept: dpkg overwrites what no package owns.
 *
 * @returns {Promise<string[]>} Options of apt-get install.
 */
async function optionsThatKeepNode() {
  if (process.execPath !== kDebianNodePath) return [];
  const missing = await missingPackages(['nodejs']);
  return missing?.length ? ['-o', `Dpkg::Options::=--path-exclude=${kDebianNodePath}`] : [];
}

/**
 * How to call apt-get: as root, through sudo when it asks for no password, or
 * not at all.
 *
 * @returns {Promise<string[] | null>}
 */
async function commandPrefixOfRoot() {
  if (process.getuid?.() === 0) return [];
  const { code } = await run('sudo', ['-n', 'true'], { quiet: true });
  return code === 0 ? ['sudo', '-n'] : null;
}

/** @param {string[]} packages */
async function installPackages(packages) {
  const options = ['--no-install-recommends', ...(await optionsThatKeepNode())];
  const prefix = await commandPrefixOfRoot();
  if (!prefix) {
    const install = ['apt-get install', ...options, ...packages].join(' ');
    throw new Error(
      `Debian packages are missing and installing them needs root. Please run as root:\n\n` +
        `  apt-get update && ${install}\n`,
    );
  }
  /** @param {string[]} args @param {boolean} quiet */
  const aptGet = (args, quiet) => {
    // Not through run()'s env: sudo would drop it.
    const words = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return run(words[0], words.slice(1), { quiet });
  };
  const installArgs = ['install', '--yes', ...options, ...packages];

  console.log(`Installing Debian packages (some minutes): ${packages.join(' ')}`);
  const startedMs = performance.now();
  // Fresh containers have no package lists, old lists name versions that are
  // gone; downloading fails with both, and is done with a list that is good.
  const download = await aptGet([...installArgs, '--download-only', '-qq'], true);
  if (download.code !== 0) {
    console.log('Updating the package lists first');
    const update = await aptGet(['update', '-qq'], false);
    if (update.code !== 0) throw new Error('apt-get update failed: see above');
  }
  const install = await aptGet([...installArgs, '-qq'], true);
  if (install.code !== 0) throw new Error(`${install.output}\napt-get install failed: see above`);
  console.log(`Debian packages installed in ${secondsSince(startedMs)}`);
}

/** @param {string} path  Relative to the project. */
function modifiedMs(path) {
  return statSync(join(kProjectFolder, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function installNpmPackages() {
  // npm writes this file last, and anew at every installation.
  const installedMs = modifiedMs('node_modules/.package-lock.json');
  if (installedMs > modifiedMs('package-lock.json')) return;
  console.log('Installing npm packages (some seconds)');
  const startedMs = performance.now();
  await mustRun('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true });
  console.log(`npm packages installed in ${secondsSince(startedMs)}`);
}

/** @param {Purpose} purpose */
export async function install(purpose) {
  const packages = kPackagesOf[purpose];
  const missing = await missingPackages(packages);
  if (missing === null) {
    console.log(`Not a Debian system: taking it that it has ${packages.join(', ')}`);
  } else if (missing.length > 0) {
    await installPackages(missing);
  }
  await installNpmPackages();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const purpose = process.argv[2] ?? 'test';
    if (!Object.hasOwn(kPackagesOf, purpose)) throw new Error(`No such purpose: ${purpose}`);
    await install(/** @type {Purpose} */ (purpose));
  });
}
