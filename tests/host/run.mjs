// npm run test:host: the worker's host in worlds made of lots.
//
//   npm run test:host                        what npm test runs of it
//   npm run test:host -- --seeds N           worlds from seed 1 on
//   npm run test:host -- --seeds N --seed S  from seed S on
//   npm run test:host -- --seed S            one world, its last notes if it breaks
//   npm run test:host -- --exhaustive        a death after every awaited operation
//   npm run test:host -- --scenario I --point P [--lands]
//   … --verbose
//   CORE=core.nowasm.mjs npm run test:host   with the core without wasm

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runMain, secondsSince } from '../../js/build/run.mjs';
import { runChaos } from './chaos.mjs';
import { kScenarios, playScenario } from './scenarios.mjs';
import { loadProgram } from './worker-program.mjs';

const kSeedsInNpmTest = 2_000;
const kReplay = 'node tests/host/run.mjs';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    step: { type: 'string', default: '1' },
    exhaustive: { type: 'boolean', default: false },
    scenario: { type: 'string' },
    point: { type: 'string', default: '0' },
    lands: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** @typedef {Error & {notes?: string[]}} Failure */

/** @param {string} replay @param {Failure} error */
function report(replay, error) {
  console.log(`${kReplay} ${replay}`);
  console.log(error.name === 'Error' ? error.message : error.stack);
  for (const note of error.notes ?? []) console.log(`  ${note}`);
  process.exitCode = 1;
}

/** @param {number} first @param {number} count */
async function runSeeds(first, count) {
  const program = await loadProgram();
  const step = Number(options.step);
  for (let seed = first; seed < first + count; seed += step) {
    try {
      await runChaos(seed, program, options.verbose);
    } catch (error) {
      return report(`--seed ${seed}`, /** @type {Failure} */ (error));
    }
  }
}

/** @param {number} first  A scenario's index. */
async function runScenarios(first) {
  const program = await loadProgram();
  for (let index = first; index < kScenarios.length; index += Number(options.step)) {
    const startedMs = performance.now();
    const scenario = kScenarios[index];
    let deaths = 0;
    for (const lands of [false, true]) {
      for (let point = 0, pointsLived = 0; point <= pointsLived; point += 1) {
        try {
          const world = await playScenario(scenario, program, { point, lands });
          // Where it dies later, more happens; the undisturbed life gives the count.
          if (point === 0) ({ pointsLived } = world);
          deaths += 1;
        } catch (error) {
          const replay = `--scenario ${index} --point ${point}${lands ? ' --lands' : ''}`;
          return report(replay, /** @type {Failure} */ (error));
        }
      }
    }
    console.log(`ok     ${scenario.name}: ${deaths} worlds, ${secondsSince(startedMs)}`);
  }
}

async function replayScenario() {
  const { scenario, point, lands, verbose: isVerbose } = options;
  try {
    await playScenario(kScenarios[Number(scenario)], await loadProgram(), {
      point: Number(point), lands, isVerbose,
    });
  } catch (error) {
    const replay = `--scenario ${scenario} --point ${point}${lands ? ' --lands' : ''}`;
    report(replay, /** @type {Failure} */ (error));
  }
}

/**
 * Splits the work over all processors: each process has one world at a time.
 *
 * @param {string[]} args
 * @param {number} first
 */
async function inParallel(args, first) {
  const processes = Math.max(availableParallelism(), 1);
  await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const all = ['tests/host/run.mjs', ...args, '--seed', String(first + index)];
      const child = spawn(
        // Collecting beside the program gains nothing where each processor has one.
        'node',
        ['--single-threaded-gc', ...all, '--step', String(processes)],
        { stdio: 'inherit' },
      );
      return new Promise((resolve) => {
        child.on('close', (code) => {
          if (code !== 0) process.exitCode = 1;
          resolve(null);
        });
      });
    }),
  );
}

await runMain(async () => {
  const startedMs = performance.now();
  const { seed, seeds, exhaustive, scenario, step } = options;
  if (scenario) return replayScenario();
  const isPart = step !== '1';
  if (isPart) {
    return exhaustive ? runScenarios(Number(seed)) : runSeeds(Number(seed), Number(seeds));
  }
  if (seed && !seeds) return runSeeds(Number(seed), 1);
  const count = Number(seeds ?? kSeedsInNpmTest);
  if (!seeds) await inParallel(['--exhaustive'], 0);
  if (!exhaustive) {
    await inParallel(['--seeds', String(count)], Number(seed ?? 1));
    console.log(`${count} worlds, ${secondsSince(startedMs)}`);
  }
});
