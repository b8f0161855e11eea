// npm test: install what is missing, build what is out of date, run every test.
//
//   npm test
//   npm run test:core    the core alone: native tests, no browser
//
// Steps that do not need each other overlap on machines with two cores; the
// browsers have the machine to themselves, one after the other.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './install.mjs';
import { kProjectFolder, run, runMain, secondsSince } from './run.mjs';
import { countTests } from './test-counts.mjs';

// What the core without wasm is shown by for every change, within a minute for each
// engine: all that a fetch does and tells, cuts and a kill, and where wasm is forbidden.
const kFilesWithoutWasm = ['events', 'interruptions', 'policy'];

/**
 * @typedef {object} StepResult
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {string} duration
 */

/** @type {StepResult[]} */
const results = [];

/** @param {string} name */
function heading(name) {
  return `\n──── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`;
}

/**
 * Runs one step and notes how it went. A step that runs beside another shows
 * its output when it has ended, so that the two do not mix.
 *
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {{beside?: boolean, env?: Record<string, string>}} [options]
 * @returns {Promise<boolean>} Whether it succeeded.
 */
async function step(name, command, args, { beside = false, env } = {}) {
  console.log(beside ? `${name} …` : heading(name));
  const startedMs = performance.now();
  const { code, output } = await run(command, args, { quiet: beside, env });
  if (beside) console.log(`${heading(name)}\n${output.trimEnd()}`);
  const duration = secondsSince(startedMs);
  const { passed, failed } = countTests(output, code === 0);
  results.push({ name, passed, failed, duration });
  console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${name}, ${duration}`);
  return code === 0;
}

/** @param {string} name  A step that an earlier failure makes pointless. */
function notRun(name) {
  results.push({ name, passed: 0, failed: 1, duration: 'not run' });
}

async function nativeTests() {
  const name = 'core: build with ASan and UBSan';
  const built =
    (await step(`${name}, configure`, 'cmake', ['--preset', 'native-debug'], { beside: true })) &&
    (await step(name, 'cmake', ['--build', '--preset', 'native-debug'], { beside: true }));
  if (!built) return notRun('core: unit tests');
  await step('core: unit tests', 'ctest', ['--preset', 'native-debug', '--progress'], {
    beside: true,
    // A leak or an overflow must name its line.
    env: { UBSAN_OPTIONS: 'print_stacktrace=1' },
  });
}

/** @param {string} folder */
function testFilesOf(folder) {
  return readdirSync(join(kProjectFolder, folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => `${folder}/${name}`);
}

/**
 * @param {string} folder
 * @param {string[]} [nodeArgs]
 * @param {Record<string, string>} [env]
 */
function nodeTests(folder, nodeArgs = [], env = {}) {
  const name = [`node: ${folder}`, ...Object.values(env)].join(', ');
  return step(name, 'node', [...nodeArgs, '--test', ...testFilesOf(folder)], { env });
}

function simulationTests() {
  return step('core: simulation', 'node', ['tests/simulation/run.mjs']);
}

/** Faults that the simulator must find; the rare ones on demand. */
function canaryTests() {
  return step('core: canaries', 'node', ['tests/simulation/canaries.mjs', '--quick']);
}

/** Half a minute for each target, two at a time. */
function fuzzTests() {
  return step('core: fuzz', 'node', ['tests/fuzz/run.mjs']);
}

async function coreTests() {
  await nativeTests();
  await simulationTests();
  await canaryTests();
  await fuzzTests();
}

async function everything() {
  const [built] = await Promise.all([
    step('build', 'node', ['js/build/build.mjs'], { beside: true }),
    nativeTests(),
  ]);
  await Promise.all([
    step('lint', 'node', ['js/build/lint.mjs'], { beside: true }),
    step('types', 'node', ['js/build/typecheck.mjs'], { beside: true }),
  ]);
  await simulationTests();
  await canaryTests();
  await fuzzTests();
  await nodeTests('tests/page');
  await nodeTests('tests/tray');
  await nodeTests('tests/service-worker');
  await nodeTests('tests/server');
  await nodeTests('tests/differential');

  const engines = ['chromium', 'firefox', 'webkit'];
  if (!built) {
    const parts = [
      'worker host: simulation', 'worker host: canaries', 'tests/bindings', 'tests/replay',
      'binding: fuzz', 'tests/package', 'size', 'faults',
    ];
    for (const name of [...parts, ...engines, 'differential']) notRun(name);
    return;
  }
  await step('worker host: simulation', 'node', ['tests/host/run.mjs']);
  await step('worker host: canaries', 'node', ['tests/host/canaries.mjs', '--quick']);
  // As on a page whose policy forbids it.
  const noCode = ['--disallow-code-generation-from-strings'];
  await nodeTests('tests/bindings', noCode);
  await nodeTests('tests/bindings', noCode, { CORE: 'core.nowasm.mjs' });
  await nodeTests('tests/replay');
  await step('binding: fuzz', 'node', ['tests/fuzz/run.mjs', '--target', 'binding']);
  await nodeTests('tests/package');
  await step('size', 'node', ['js/build/size.mjs']);
  await step('faults: simulator', 'node', ['tests/faults/run.mjs', '--engine', 'simulator']);
  await step('faults: canary', 'node', ['tests/faults/run.mjs', '--canary']);
  for (const engine of engines) {
    const args = ['tests/browser/run.mjs', '--engine', engine, '--rerun-failed'];
    await step(`browser: ${engine}`, 'node', args);
    const files = kFilesWithoutWasm.flatMap((file) => ['--file', file]);
    await step(`browser: ${engine}, without wasm`, 'node', [...args, '--core', 'nowasm', ...files]);
    const matrix = ['tests/faults/run.mjs', '--engine', engine, '--rerun-failed'];
    await step(`faults: ${engine}`, 'node', matrix);
  }
  await step('differential', 'node', ['tests/differential/run.mjs']);
}

await runMain(async () => {
  const startedMs = performance.now();
  await install('test');
  await (process.argv[2] === 'core' ? coreTests() : everything());

  console.log(heading('summary'));
  console.table(results);
  console.log(`All of it took ${secondsSince(startedMs)}`);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  if (failed > 0) process.exitCode = 1;
  console.log(`${passed} passed, ${failed} failed`);
});
