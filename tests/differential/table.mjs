/**
 * The allowed differences as the table in js/README.md.
 *
 *     node tests/differential/table.mjs     writes it there
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { differences } from './differences.mjs';

const kReadme = fileURLToPath(new URL('../../js/README.md', import.meta.url));
const kBegin = '<!-- differences: begin, made by tests/differential/table.mjs -->\n';
const kEnd = '<!-- differences: end -->\n';

/** @param {import('./compare.mjs').Difference[]} rows */
export function tableOf(rows) {
  const lines = rows.map(({ native, ours, why, targets }) =>
    `| ${native} | ${ours}${targets ? ` (${targets.join(', ')})` : ''} | ${why} |`);
  return ['| native Chromium | ours | why |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

/** @returns {{text: string, begin: number, end: number}} The README, and where its table is. */
export function readReadme() {
  const text = readFileSync(kReadme, 'utf8');
  const [begin, end] = [text.indexOf(kBegin) + kBegin.length, text.indexOf(kEnd)];
  if (end < begin) throw new Error(`${kReadme} has no place for the table`);
  return { text, begin, end };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text, begin, end } = readReadme();
  writeFileSync(kReadme, text.slice(0, begin) + tableOf(differences) + text.slice(end));
}
