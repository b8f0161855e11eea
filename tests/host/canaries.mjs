// npm run test:host:canaries: deliberate faults of the host that its worlds
// must find.
//
//   npm run test:host:canaries -- --grep WORD    those whose name has the word
//   npm run test:host:canaries -- --quick        what npm test runs of it
//
// Each is planted while the worker's script is bundled; no file changes. One
// that survives fails the run: then the worlds are blind where they should see.

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { kProjectFolder, runMain } from '../../js/build/run.mjs';
import { kCanaries } from './canary-table.mjs';
import { runChaos } from './chaos.mjs';
import { kScenarios, playScenario } from './scenarios.mjs';
import { loadProgram, requireOnce } from './worker-program.mjs';
import { Broken } from './world.mjs';

/** What takes more is not caught. */
const kSeedsMax = 1_000;

/** --quick is over after that many; all texts are looked for all the same. */
const kQuickMs = 30_000;

const { values: options } = parseArgs({
  options: { grep: { type: 'string', default: '' }, quick: { type: 'boolean', default: false } },
});

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
 * @param {(...surroundings: any[]) => void} program
 * @returns {Promise<string>} What broke, and after how many seeds; '' when nothing did.
 */
async function hunt(program) {
  for (let seed = 1; seed <= kSeedsMax; seed += 1) {
    try {
      await runChaos(seed, program);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return `${String(seed).padStart(4)} seeds: ${error.message.slice(0, 90)}`;
    }
  }
  return '';
}

await runMain(async () => {
  await checkTexts();
  // Without a fault they find nothing.
  const honest = await loadProgram();
  for (const scenario of kScenarios) {
    await playScenario(scenario, honest, { point: 0, lands: false });
  }

  const startedMs = performance.now();
  const survivors = [];
  let count = 0;
  for (const canary of kCanaries.filter(({ name }) => name.includes(options.grep))) {
    if (options.quick && performance.now() > startedMs + kQuickMs) break;
    count += 1;
    const caught = await hunt(await loadProgram(canary));
    console.log(`${caught ? 'caught ' : 'ALIVE  '} ${canary.name}\n        ${caught}`);
    if (!caught) survivors.push(canary.name);
  }
  if (survivors.length > 0) throw new Error(`Not caught: ${survivors.join('; ')}`);
  console.log(`${count} of ${kCanaries.length} canaries hunted, and caught`);
});
