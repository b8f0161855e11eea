// Runs every native fuzz target for a while, two at a time.
//
//   node tests/fuzz/run.mjs [--seconds 30] [--target engine]
//   node tests/fuzz/run.mjs --target binding    the wasm, in Node (npm run build first)
//
// Begins with what is checked in and with what earlier runs have found here
// (build/fuzz/corpus). An input that fails is kept in build/fuzz/findings, and
// the command that replays it is printed.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { install } from '../../js/build/install.mjs';
import { kProjectFolder, mustRun, run, runMain, secondsSince } from '../../js/build/run.mjs';

const kSourceFolder = 'tests/fuzz';
const kBuildFolder = 'build/fuzz';

// The machines that this runs on have two cores.
const kTargetsAtOnce = 2;

// What the largest target needs is a tenth of it; more is a leak or an
// allocation that the input chose.
const kMemoryMiBMax = 1024;

// Longer inputs repeat what shorter ones do, and slow the fuzzer down.
const kInputBytesMax = 4096;

/** Not native: it feeds the core that ships, and needs no libFuzzer. */
const kBinding = 'binding';

/** @param {string} name */
const folderOf = (name) => join(kProjectFolder, name);

function allTargets() {
  return readdirSync(folderOf(kSourceFolder))
    .filter((name) => name.endsWith('_fuzzer.cc'))
    .map((name) => name.replace('_fuzzer.cc', ''));
}

/**
 * @typedef {object} TargetResult
 * @property {string} target
 * @property {boolean} ok
 * @property {number} runs
 * @property {number} inputs  Of the corpus, afterwards.
 * @property {number} branches  Edges and counters that the corpus reaches.
 */

/**
 * @param {string} target
 * @param {number} seconds
 * @returns {Promise<TargetResult>}
 */
async function fuzz(target, seconds) {
  const corpus = `${kBuildFolder}/corpus/${target}`;
  const findings = `${kBuildFolder}/findings/`;
  mkdirSync(folderOf(corpus), { recursive: true });
  mkdirSync(folderOf(findings), { recursive: true });
  const { code, output } = await run(
    `${kBuildFolder}/${kSourceFolder}/${target}_fuzzer`,
    [
      `-max_total_time=${seconds}`,
      `-max_len=${kInputBytesMax}`,
      `-rss_limit_mb=${kMemoryMiBMax}`,
      `-artifact_prefix=${findings}${target}-`,
      '-print_final_stats=1',
      // The first is where new inputs go.
      corpus,
      `${kSourceFolder}/corpus/${target}`,
    ],
    { quiet: true },
  );
  if (code !== 0) reportFinding(target, output);
  return {
    target,
    ok: code === 0,
    runs: Number(output.match(/stat::number_of_executed_units: (\d+)/)?.[1] ?? 0),
    inputs: Number(output.match(/.*corp: (\d+)/)?.[1] ?? 0),
    branches: Number(output.match(/.*ft: (\d+)/)?.[1] ?? 0),
  };
}

/** @param {string} target @param {string} output */
function reportFinding(target, output) {
  const input = output.match(/Test unit written to (\S+)/)?.[1];
  const firstError = output.search(/check failed|ERROR:|runtime error/);
  console.log(`FAILED ${target}\n${output.slice(Math.max(firstError - 200, 0))}`);
  if (input) {
    console.log(`Replay: ${kBuildFolder}/${kSourceFolder}/${target}_fuzzer ${input}`);
  }
}

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '30' },
      target: { type: 'string', multiple: true },
    },
  });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error('--seconds: a whole number');
  const waiting = values.target ?? allTargets();
  if (waiting.includes(kBinding)) {
    await mustRun('node', ['tests/fuzz/binding/fuzz.mjs', '--seconds', String(seconds)]);
    waiting.splice(waiting.indexOf(kBinding), 1);
    if (waiting.length === 0) return;
  }
  await install('fuzz');

  const startedMs = performance.now();
  console.log('Building the fuzz targets (half a minute when nothing is built)');
  await mustRun('cmake', ['--preset', 'fuzz'], { quiet: true });
  await mustRun('cmake', ['--build', '--preset', 'fuzz'], { quiet: true });
  console.log(`Built in ${secondsSince(startedMs)}; ${waiting.length} targets, ${seconds} s each`);

  /** @type {TargetResult[]} */
  const results = [];
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      results.push(await fuzz(target, seconds));
    }
  };
  await Promise.all(Array.from({ length: kTargetsAtOnce }, worker));
  console.table(results);
  const failed = results.filter((result) => !result.ok);
  if (failed.length > 0) throw new Error(`${failed.length} of ${results.length} targets failed`);
});
