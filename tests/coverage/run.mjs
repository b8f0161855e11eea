// Line and branch coverage of src/ by the native tests and some simulated worlds.
//
//   node tests/coverage/run.mjs
//
// Prints a table by file and the lines that no test reaches, with the reason of
// each (uncovered.mjs); one without a reason is shown as such. Branches are those
// of gcov without the ones that only an exception takes: there are none here.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from '../../js/build/install.mjs';
import { kProjectFolder, mustRun, runMain } from '../../js/build/run.mjs';
import { readGcov } from './gcov.mjs';
import { reasonOf } from './uncovered.mjs';

const kBuildFolder = 'build/coverage';
const kLinesMin = 95;
const kBranchesMin = 85;

// One process each, because only a process that ends in peace writes its counts.
const kSimulationSeeds = 300;

/** @param {string} pattern  Files of the build folder, relative to the project. */
function builtFiles(pattern) {
  return readdirSync(join(kProjectFolder, kBuildFolder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(pattern))
    .map((name) => `${kBuildFolder}/${name}`);
}

async function runTests() {
  for (const file of builtFiles('.gcda')) rmSync(join(kProjectFolder, file));
  await mustRun('ctest', ['--test-dir', kBuildFolder, '--output-on-failure'], { quiet: true });
  const simulation = `${kBuildFolder}/tests/simulation/simulation`;
  for (let seed = 1; seed <= kSimulationSeeds; ++seed) {
    await mustRun(simulation, ['--seed', String(seed)], { quiet: true });
  }
}

/** @param {string} file @param {number} line */
function textOf(file, line) {
  return readFileSync(join(kProjectFolder, file), 'utf8').split('\n')[line - 1].trim();
}

/** @param {number} part @param {number} whole */
function percent(part, whole) {
  return whole === 0 ? 100 : (100 * part) / whole;
}

/**
 * @typedef {object} Coverage
 * @property {string} file
 * @property {number} lines
 * @property {number} linesTaken
 * @property {number} branches
 * @property {number} branchesTaken
 * @property {number[]} missed  Lines.
 */

/** @param {Coverage} coverage */
function rowOf({ file, lines, linesTaken, branches, branchesTaken }) {
  return {
    file,
    lines,
    'lines %': Number(percent(linesTaken, lines).toFixed(1)),
    branches,
    'branches %': Number(percent(branchesTaken, branches).toFixed(1)),
  };
}

/**
 * @param {Coverage[]} all
 * @returns {Coverage}
 */
function totalOf(all) {
  /** @param {'lines' | 'linesTaken' | 'branches' | 'branchesTaken'} what */
  const sum = (what) => all.reduce((before, each) => before + each[what], 0);
  return {
    file: 'all of src/',
    lines: sum('lines'),
    linesTaken: sum('linesTaken'),
    branches: sum('branches'),
    branchesTaken: sum('branchesTaken'),
    missed: [],
  };
}

await runMain(async () => {
  await install('test');
  console.log('Building with coverage');
  await mustRun('cmake', ['--preset', 'coverage'], { quiet: true });
  const targets = ['--target', 'all', '--target', 'simulation'];
  await mustRun('cmake', ['--build', '--preset', 'coverage', ...targets], { quiet: true });
  console.log('Running the native tests');
  await runTests();

  const work = mkdtempSync(join(tmpdir(), 'coverage-'));
  const coverages = await readGcov(builtFiles('.gcda'), work).finally(() =>
    rmSync(work, { recursive: true }),
  );
  const total = totalOf(coverages);
  console.table([...coverages, total].map(rowOf));
  let unexplained = 0;
  for (const { file, missed } of coverages) {
    for (const line of missed) {
      const text = textOf(file, line);
      const reason = reasonOf(file, text);
      if (!reason) ++unexplained;
      console.log(`${file}:${line}: ${text}\n    ${reason ?? 'NO REASON GIVEN'}`);
    }
  }
  console.log(`${unexplained} lines without a reason`);
  const lines = percent(total.linesTaken, total.lines);
  const branches = percent(total.branchesTaken, total.branches);
  console.log(`Lines ${lines.toFixed(1)} %, branches ${branches.toFixed(1)} %`);
  if (lines < kLinesMin || branches < kBranchesMin) {
    throw new Error(`Wanted: ${kLinesMin} % of the lines, ${kBranchesMin} % of the branches`);
  }
});
