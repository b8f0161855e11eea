/**
 * Runs the browser tests: `--engine E` (all three without it), `--grep NAME`,
 * `--file NAME` (all without it), `--repeat N`, `--rerun-failed`, and with
 * `--core nowasm` the build without wasm in the place of the worker's script. One
 * browser at a time; ends with 1 when any run failed.
 */

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { engines } from './engines.mjs';

/**
 * With --rerun-failed that many test files may fail once: they run again and
 * are named as unstable. Browsers crash by themselves now and then; what breaks
 * of ours breaks more of them, or again.
 */
const kUnstableFilesMax = 2;

const folder = fileURLToPath(new URL('.', import.meta.url));

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    core: { type: 'string', default: 'wasm' },
    file: { type: 'string', multiple: true, default: [] },
    grep: { type: 'string' },
    repeat: { type: 'string', default: '1' },
    'rerun-failed': { type: 'boolean', default: false },
  },
});

/**
 * @param {string[]} files
 * @returns {Promise<string[]>} The files in which something failed.
 */
async function failingOf(files) {
  /** @type {Set<string>} */
  const failing = new Set();
  const names = values.grep ? { testNamePatterns: values.grep } : {};
  const events = run({ files, concurrency: 1, ...names });
  // A file that could not be run at all is itself the test that failed.
  events.on('test:fail', ({ name, file }) => failing.add(path.resolve(file ?? name)));
  const report = events.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await finished(report);
  return [...failing];
}

function testFiles() {
  const names = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
  const unknown = values.file.filter((file) => !names.includes(`${file}.test.mjs`));
  if (unknown.length > 0) throw new Error(`no test files named ${unknown.join(', ')}`);
  return names
    .filter((name) => values.file.length === 0 || values.file.includes(name.split('.')[0]))
    .map((name) => path.join(folder, name));
}

/** @returns {Promise<boolean>} Whether all is well. */
async function runTests() {
  const files = testFiles();
  const failing = await failingOf(files);
  if (failing.length === 0) return true;
  if (!values['rerun-failed'] || failing.length > kUnstableFilesMax) return false;
  const names = failing.map((file) => path.basename(file)).join(', ');
  console.log(`once more: ${names}`);
  if ((await failingOf(failing)).length > 0) return false;
  console.log(`UNSTABLE: ${names} failed, and passed when run once more`);
  return true;
}

if (!['wasm', 'nowasm'].includes(values.core)) throw new Error(`no core named ${values.core}`);
process.env.BROWSER_CORE = values.core;
const failed = [];
for (const engine of values.engine) {
  if (!Object.hasOwn(engines, engine)) throw new Error(`no engine named ${engine}`);
  process.env.BROWSER_ENGINE = engine;
  for (let round = 1; round <= Number(values.repeat); ++round) {
    const title = `${engine}, ${values.core}, run ${round} of ${values.repeat}`;
    console.log(`browser tests in ${title}`);
    if (!(await runTests())) failed.push(title);
  }
}
if (failed.length > 0) {
  console.error(`failed: ${failed.join('; ')}`);
  process.exitCode = 1;
}
