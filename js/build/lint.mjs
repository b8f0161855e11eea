// What programs can say about the sources without running them: formatting,
// layers, clang-tidy.

import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { brokenLayers } from './layers.mjs';
import { kProjectFolder, mustRun, run, runMain, secondsSince } from './run.mjs';

/** @param {string} folder @param {RegExp} pattern */
function filesOf(folder, pattern) {
  return readdirSync(join(kProjectFolder, folder), { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((file) => pattern.test(file))
    .sort();
}

/** @param {string[]} files */
async function checkFormat(files) {
  const { code, output } = await run('clang-format', ['--dry-run', '--Werror', ...files], {
    quiet: true,
  });
  if (code !== 0) {
    const wrong = new Set(output.match(/^[^\s:]+(?=:\d+:\d+: error)/gm));
    throw new Error(`Please run: clang-format -i ${[...wrong].join(' ') || output}`);
  }
  console.log(`ok     format (${files.length} C++ files)`);
}

/** @param {string[]} files */
function checkLayers(files) {
  const findings = brokenLayers(files);
  if (findings.length > 0) throw new Error(findings.join('\n'));
  console.log(`ok     layers (${files.length} C++ files)`);
}

/**
 * Tests are left out: GoogleTest's macros make most of the findings there.
 *
 * @param {string[]} files
 */
async function checkTidy(files) {
  const startedMs = performance.now();
  if (!existsSync(join(kProjectFolder, 'build/native-debug/compile_commands.json'))) {
    await mustRun('cmake', ['--preset', 'native-debug'], { quiet: true });
  }
  const waiting = [...files];
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const { code, output } = await run(
        'clang-tidy',
        ['--quiet', '-p', 'build/native-debug', file],
        { quiet: true },
      );
      if (code === 0) continue;
      failed.push(file);
      process.stdout.write(output);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (failed.length > 0) throw new Error(`clang-tidy: see ${failed.join(', ')}`);
  console.log(`ok     clang-tidy (${files.length} files, ${secondsSince(startedMs)})`);
}

await runMain(async () => {
  const core = filesOf('src', /\.(cc|h)$/);
  const formatted = [
    ...core,
    ...filesOf('bindings', /\.(cc|h)$/),
    ...filesOf('tests/bench', /\.(cc|h)$/),
    ...filesOf('tests/fuzz', /\.(cc|h)$/),
    ...filesOf('tests/golden', /\.(cc|h)$/),
    ...filesOf('tests/unit', /\.(cc|h)$/),
  ];
  const checks = [
    async () => checkLayers(core),
    () => checkFormat(formatted),
    () => checkTidy(core.filter((file) => file.endsWith('.cc'))),
  ];
  // All of them, whatever the first finds.
  let failures = 0;
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      failures += 1;
      console.error(error instanceof Error ? error.message : error);
    }
  }
  if (failures > 0) throw new Error(`${failures} of ${checks.length} checks failed`);
});
