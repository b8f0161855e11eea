// npm run test:canaries: faults that the simulator must find.
//
//   npm run test:canaries                  all of them
//   npm run test:canaries -- --grep WORD   those whose name has the word
//   npm run test:canaries -- --quick       as npm test: without the rare ones
//
// Each is one exact replacement in one file of src/, linked with the rest into
// a simulator of its own, which runs until an invariant breaks. One that
// survives fails the run: then the simulator is blind where it should see. So
// does one whose text is not found: it must follow the code.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { kProjectFolder, mustRun, run, runMain, secondsSince } from '../../js/build/run.mjs';
import { kCanaries } from './canary-table.mjs';

const kFolder = join(kProjectFolder, 'build/canaries');
const kBuildFolder = join(kFolder, 'build');

/** What takes more than the long run of the simulation has is not caught. */
const kSeedsMax = 1_000_000;

/** Most are caught within a hundred; those that are not so soon are rare. */
const kQuickSeedsMax = 5000;

/** As the project's own, without its tests and without warnings: faults leave things unused. */
const kBuildFile = `cmake_minimum_required(VERSION 3.21)
project(canaries LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
add_library(background_fetch_flags INTERFACE)
target_compile_options(background_fetch_flags INTERFACE
  -fno-exceptions -fno-rtti -w)
include_directories(${kProjectFolder})
add_subdirectory(${kProjectFolder}src src)
add_subdirectory(${kProjectFolder}tests/simulation simulation)
`;

/** @typedef {import('./canary-table.mjs').Canary} Canary */

/** @param {Canary} canary */
function plant({ name, file, find, replace }) {
  const text = readFileSync(join(kProjectFolder, file), 'utf8');
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: its text occurs ${count} times`);
  return text.replace(find, () => replace);
}

/** What is not written anew need not be built anew. @param {string} path @param {string} text */
function writeIfChanged(path, text) {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    // It is the first time.
  }
  writeFileSync(path, text);
}

/** @param {Canary} canary */
function targetOf(canary) {
  return `canary_${kCanaries.indexOf(canary)}`;
}

/** @param {Canary[]} canaries */
async function build(canaries) {
  let buildFile = kBuildFile;
  for (const canary of kCanaries) {
    const target = targetOf(canary);
    const file = `${target}/${basename(canary.file)}`;
    mkdirSync(join(kFolder, target), { recursive: true });
    writeIfChanged(join(kFolder, file), plant(canary));
    // Its symbols come before those of the library; it is not worth optimising.
    buildFile += `add_executable(${target} ${file} $<TARGET_OBJECTS:simulation>)
target_compile_options(${target} PRIVATE -O0)
target_link_libraries(${target} PRIVATE background_fetch_engine)
`;
  }
  writeIfChanged(join(kFolder, 'CMakeLists.txt'), buildFile);
  await mustRun(
    'cmake',
    ['-S', kFolder, '-B', kBuildFolder, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release'],
    { quiet: true },
  );
  await mustRun('cmake', ['--build', kBuildFolder, '--target', ...canaries.map(targetOf)], {
    quiet: true,
  });
}

/**
 * @param {Canary} canary
 * @param {number} seeds
 * @returns {Promise<{seeds: number, broken: string} | null>} Null: it survived.
 */
async function catchOne(canary, seeds) {
  const { code, output } = await run(
    join(kBuildFolder, targetOf(canary)),
    ['--seeds', String(seeds)],
    { quiet: true },
  );
  if (code === 0) return null;
  return {
    seeds: Number(output.match(/^after (\d+) seeds$/m)?.[1]),
    broken: output.match(/^Broken: (.*)\.$/m)?.[1] ?? 'it does not replay',
  };
}

await runMain(async () => {
  const { values } = parseArgs({
    options: { grep: { type: 'string', default: '' }, quick: { type: 'boolean' } },
  });
  const canaries = kCanaries.filter(
    ({ name, isRare }) => name.includes(values.grep) && !(values.quick && isRare),
  );
  if (canaries.length === 0) throw new Error(`No canary has ${values.grep} in its name`);
  const startedMs = performance.now();
  await build(canaries);
  const seeds = values.quick ? kQuickSeedsMax : kSeedsMax;
  const survivors = [];
  for (const canary of canaries) {
    const caught = await catchOne(canary, seeds);
    if (!caught) survivors.push(canary.name);
    console.log(
      caught
        ? `caught after ${caught.seeds} seeds: ${canary.name}\n    ${caught.broken}`
        : `SURVIVED ${seeds} seeds: ${canary.name}`,
    );
  }
  const caughtCount = canaries.length - survivors.length;
  console.log(`${caughtCount} of ${canaries.length} canaries caught, ${secondsSince(startedMs)}`);
  if (survivors.length > 0) process.exitCode = 1;
});
