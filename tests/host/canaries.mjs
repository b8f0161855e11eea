// npm run test:host:canaries: deliberate faults of the host that its worlds
// must find.
//
//   npm run test:host:canaries -- --grep WORD    those whose name has the word
//
// Each is planted while the worker's script is bundled; no file changes. One
// that survives fails the run: then the worlds are blind where they should see.

import { runMain } from '../../js/build/run.mjs';
import { kCanaries } from './canary-table.mjs';
import { runChaos } from './chaos.mjs';
import { kScenarios, playScenario } from './scenarios.mjs';
import { loadProgram } from './worker-program.mjs';
import { Broken } from './world.mjs';

/** What takes more is not caught. */
const kSeedsMax = 1_000;

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
  const grep = process.argv.includes('--grep') ? process.argv.at(-1) : '';
  // Without a fault they find nothing.
  const honest = await loadProgram();
  for (const scenario of kScenarios) {
    await playScenario(scenario, honest, { point: 0, lands: false });
  }

  const canaries = kCanaries.filter(({ name }) => name.includes(grep ?? ''));
  const survivors = [];
  for (const canary of canaries) {
    const caught = await hunt(await loadProgram(canary));
    console.log(`${caught ? 'caught ' : 'ALIVE  '} ${canary.name}\n        ${caught}`);
    if (!caught) survivors.push(canary.name);
  }
  if (survivors.length > 0) throw new Error(`Not caught: ${survivors.join('; ')}`);
  console.log(`${canaries.length} canaries caught`);
});
