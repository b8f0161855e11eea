// gcov's counts, by source file of ours. One file is compiled into several
// objects (headers): a line counts as reached when any of them reached it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { kProjectFolder, mustRun } from '../../js/build/run.mjs';

/** @typedef {{count: number, branches: number[]}} Line */

/**
 * @param {string[]} countFiles  .gcda files, relative to the project.
 * @param {string} work  An empty folder.
 */
export async function readGcov(countFiles, work) {
  const files = countFiles.map((file) => join(kProjectFolder, file));
  // gcov writes into the present folder, and names files by their object's.
  const command = 'cd "$0" && gcov --json-format --branch-probabilities --hash-filenames "$@"';
  await mustRun('sh', ['-c', command, work, ...files], { quiet: true });
  /** @type {Map<string, Map<number, Line>>} */
  const sources = new Map();
  for (const name of readdirSync(work)) {
    const report = JSON.parse(gunzipSync(readFileSync(join(work, name))).toString());
    for (const file of report.files) addFile(sources, file);
  }
  return [...sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(summarise);
}

/** @param {Map<string, Map<number, Line>>} sources @param {any} file */
function addFile(sources, file) {
  const folder = join(kProjectFolder, 'src/');
  if (!file.file.startsWith(folder)) return;
  const name = `src/${file.file.slice(folder.length)}`;
  const lines = sources.get(name) ?? new Map();
  sources.set(name, lines);
  for (const { line_number: number, count, branches } of file.lines) {
    const line = lines.get(number) ?? { count: 0, branches: [] };
    lines.set(number, line);
    line.count += count;
    branches
      .filter((/** @type {any} */ branch) => !branch.throw)
      .forEach((/** @type {any} */ branch, /** @type {number} */ index) => {
        line.branches[index] = (line.branches[index] ?? 0) + branch.count;
      });
  }
}

/** @param {[string, Map<number, Line>]} source */
function summarise([file, lines]) {
  const all = [...lines];
  const branches = all.flatMap(([, line]) => line.branches);
  return {
    file,
    lines: all.length,
    linesTaken: all.filter(([, line]) => line.count > 0).length,
    branches: branches.length,
    branchesTaken: branches.filter((count) => count > 0).length,
    missed: all.filter(([, line]) => line.count === 0).map(([number]) => number),
  };
}
