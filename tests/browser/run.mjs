/**
 * Runs the browser tests: `--engine E` (all three without it), `--grep NAME`,
 * `--repeat N`. One browser at a time; ends with 1 when any run failed.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { engines } from './engines.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    grep: { type: 'string' },
    repeat: { type: 'string', default: '1' },
  },
});

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.mjs'))
  .map((name) => path.join(folder, name));

/** @param {string} engine */
async function runTests(engine) {
  const args = ['--test', '--test-concurrency=1', '--test-reporter=spec'];
  if (values.grep) args.push(`--test-name-pattern=${values.grep}`);
  const child = spawn(process.execPath, [...args, ...files], {
    stdio: 'inherit',
    env: { ...process.env, BROWSER_ENGINE: engine },
  });
  const [code] = await once(child, 'exit');
  return code === 0;
}

const failed = [];
for (const engine of values.engine) {
  if (!Object.hasOwn(engines, engine)) throw new Error(`no engine named ${engine}`);
  for (let round = 1; round <= Number(values.repeat); ++round) {
    const title = `${engine}, run ${round} of ${values.repeat}`;
    console.log(`browser tests in ${title}`);
    if (!(await runTests(engine))) failed.push(title);
  }
}
if (failed.length > 0) {
  console.error(`failed: ${failed.join('; ')}`);
  process.exitCode = 1;
}
