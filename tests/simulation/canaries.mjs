// npm run test:canaries: faults that the simulator must find.
//
//   npm run test:canaries                  all of them
//   npm run test:canaries -- --grep WORD   those whose name has the word
//
// Each is one exact replacement in a copy of src/, which is then rebuilt and
// simulated until an invariant breaks. One that survives fails the run: then
// the simulator is blind where it should see. So does one whose text is not
// found: it must follow the code.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kProjectFolder, mustRun, run, runMain, secondsSince } from '../../js/build/run.mjs';
import { kCanaries } from './canary-table.mjs';

const kFolder = join(kProjectFolder, 'build/canaries');
const kBuildFolder = join(kFolder, 'build');

/** Most are caught within a hundred; what takes more than this is not caught. */
const kSeedsMax = 100_000;

/** As the project's own, without its tests and without warnings: faults leave things unused. */
const kBuildFile = `cmake_minimum_required(VERSION 3.21)
project(canaries LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
add_library(background_fetch_flags INTERFACE)
target_compile_options(background_fetch_flags INTERFACE
  -fno-exceptions -fno-rtti -w)
add_subdirectory(src)
add_subdirectory(tests/simulation)
`;

/** @typedef {import('./canary-table.mjs').Canary} Canary */

/** @param {string} text @param {Canary} canary */
function plant(text, { name, find, replace }) {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: its text occurs ${count} times`);
  return text.replace(find, () => replace);
}

async function prepare() {
  // Nothing is taken over: an interrupted run leaves objects with faults.
  rmSync(kFolder, { recursive: true, force: true });
  mkdirSync(kFolder, { recursive: true });
  for (const folder of ['src', 'tests/simulation']) {
    cpSync(join(kProjectFolder, folder), join(kFolder, folder), { recursive: true });
  }
  writeFileSync(join(kFolder, 'CMakeLists.txt'), kBuildFile);
  await mustRun(
    'cmake',
    ['-S', kFolder, '-B', kBuildFolder, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release'],
    { quiet: true },
  );
  await build();
}

function build() {
  return mustRun('cmake', ['--build', kBuildFolder, '--target', 'simulation'], { quiet: true });
}

/** @param {string[]} args */
function simulate(args) {
  return run(join(kBuildFolder, 'tests/simulation/simulation'), args, { quiet: true });
}

/**
 * @param {Canary} canary
 * @returns {Promise<{seeds: number, broken: string} | null>} Null: it survived.
 */
async function catchOne(canary) {
  const path = join(kFolder, canary.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, plant(text, canary));
  try {
    await build();
    const { code, output } = await simulate(['--seeds', String(kSeedsMax)]);
    if (code === 0) return null;
    return {
      seeds: Number(output.match(/^after (\d+) seeds$/m)?.[1]),
      broken: output.match(/^Broken: (.*)\.$/m)?.[1] ?? 'it does not replay',
    };
  } finally {
    writeFileSync(path, text);
  }
}

await runMain(async () => {
  const [option, word = ''] = process.argv.slice(2);
  if (option && option !== '--grep') throw new Error(`No such option: ${option}`);
  const canaries = kCanaries.filter(({ name }) => name.includes(word));
  const startedMs = performance.now();
  await prepare();
  const survivors = [];
  for (const canary of canaries) {
    const caught = await catchOne(canary);
    if (!caught) survivors.push(canary.name);
    console.log(
      caught
        ? `caught after ${caught.seeds} seeds: ${canary.name}\n    ${caught.broken}`
        : `SURVIVED ${kSeedsMax} seeds: ${canary.name}`,
    );
  }
  const caughtCount = canaries.length - survivors.length;
  console.log(`${caughtCount} of ${canaries.length} canaries caught, ${secondsSince(startedMs)}`);
  if (survivors.length > 0) process.exitCode = 1;
});
