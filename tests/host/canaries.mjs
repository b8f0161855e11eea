// npm run test:host:canaries: deliberate faults of the host that its worlds
// must find.
//
//   npm run test:host:canaries -- --grep WORD    those whose name has the word
//   npm run test:host:canaries -- --quick        as npm test: without the rare ones
//
// Each is planted while the worker's script is bundled; no file changes. One
// that survives fails the run: then the worlds are blind where they should see.
// Worlds come from seeds, so that every machine finds the same in them.

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { kProjectFolder, runMain, secondsSince } from '../../js/build/run.mjs';
import { kCanaries } from './canary-table.mjs';
import { runChaos } from './chaos.mjs';
import { kScenarios, playScenario } from './scenarios.mjs';
import { loadProgram, requireOnce } from './worker-program.mjs';
import { Broken } from './world.mjs';

/** What takes more is not caught, also by --quick: the code that is not planted changes, too. */
const kSeedsMax = 1_000;

const { values: options } = parseArgs({
  options: { grep: { type: 'string', default: '' }, quick: { type: 'boolean', default: false } },
});

/** @typedef {(...surroundings: any[]) => void} Program */

/**
 * A text that is not there any more would let its canary die in silence.
 */
async function checkTexts() {
  for (const canary of kCanaries) {
    const path = `${kProjectFolder}js/service-worker/${canary.file}`;
    requireOnce(await readFile(path, 'utf8'), canary);
  }
}

/**
 * In which nobody dies but where the scenario says so.
 *
 * @param {Program} program
 * @returns {Promise<string>} What broke, and where; '' when nothing did.
 */
async function playScenarios(program) {
  for (const scenario of kScenarios) {
    for (const lands of [false, true]) {
      const broken = await breakage(() => playScenario(scenario, program, { point: 0, lands }));
      if (broken) return `in "${scenario.name}": ${broken}`;
    }
  }
  return '';
}

/**
 * @param {Program} program
 * @returns {Promise<string>} As above.
 */
async function hunt(program) {
  const broken = await playScenarios(program);
  if (broken) return broken;
  for (let seed = 1; seed <= kSeedsMax; seed += 1) {
    const broken = await breakage(() => runChaos(seed, program));
    if (broken) return `after ${seed} seeds: ${broken}`;
  }
  return '';
}

/**
 * @param {() => Promise<unknown>} play
 * @returns {Promise<string>} The invariant that broke, and how; '' when none did.
 */
async function breakage(play) {
  try {
    await play();
    return '';
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return error.message.slice(0, 90);
  }
}

await runMain(async () => {
  const startedMs = performance.now();
  await checkTexts();
  // Without a fault they find nothing.
  const broken = await playScenarios(await loadProgram());
  if (broken) throw new Error(`Without a fault, ${broken}`);

  const survivors = [];
  const canaries = kCanaries.filter(
    ({ name, isRare }) => name.includes(options.grep) && !(options.quick && isRare),
  );
  if (canaries.length === 0) throw new Error(`No canary has ${options.grep} in its name`);
  for (const canary of canaries) {
    const caught = await hunt(await loadProgram(canary));
    console.log(`${caught ? 'caught ' : 'ALIVE  '} ${canary.name}\n        ${caught}`);
    if (!caught) survivors.push(canary.name);
  }
  if (survivors.length > 0) throw new Error(`Not caught: ${survivors.join('; ')}`);
  const counts = `${canaries.length} of ${kCanaries.length}`;
  console.log(`${counts} canaries hunted, and caught, ${secondsSince(startedMs)}`);
});
