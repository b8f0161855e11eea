/**
 * Compares what a script told of native Chromium with what it told of ours.
 *
 * A transcript is flat: the path of each fact, and its value. A difference is
 * allowed where a row says so and names the value that is ours; a row that has
 * nothing to allow any more is as wrong as a difference without a row.
 */

import { isDeepStrictEqual } from 'node:util';

/**
 * @typedef {Record<string, any>} Facts  as a script tells them
 * @typedef {Record<string, unknown>} Transcript  flat
 *
 * @typedef {object} Difference  a row of the table
 * @property {string} native
 * @property {string} ours
 * @property {string} why
 * @property {string[]} [targets]  all of ours, unless said
 * @property {Record<string, Record<string, unknown>>} facts
 *   our values, by script and path of the fact
 */

/** What stands where one side has no such fact. */
export const kAbsent = 'absent';

/**
 * @param {Facts} facts
 * @param {(text: string) => string} [neutral]  takes out what differs from run to run
 * @returns {Transcript}
 */
export function flatten(facts, neutral = (text) => text) {
  /** @type {Transcript} */
  const flat = {};
  /** @param {string} path @param {any} value */
  const add = (path, value) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) add(`${path} › ${name}`, inner);
    } else {
      flat[path] = value;
    }
  };
  const text = neutral(JSON.stringify(facts));
  for (const [name, value] of Object.entries(JSON.parse(text))) add(name, value);
  return flat;
}

/**
 * @param {Difference[]} differences
 * @param {string} target
 * @param {string} script
 * @returns {Map<string, unknown>} Our value, by the path of each fact that may differ.
 */
export function allowedIn(differences, target, script) {
  /** @type {Map<string, unknown>} */
  const allowed = new Map();
  for (const { targets, facts } of differences) {
    if (targets && !targets.includes(target)) continue;
    for (const [path, value] of Object.entries(facts[script] ?? {})) {
      if (allowed.has(path)) throw new Error(`two rows for ${target}: ${script} › ${path}`);
      allowed.set(path, value);
    }
  }
  return allowed;
}

/**
 * @param {Transcript} native
 * @param {Transcript} ours
 * @param {Map<string, unknown>} allowed
 * @returns {string[]} What is wrong, a line each.
 */
export function compare(native, ours, allowed) {
  const problems = [];
  for (const path of new Set([...Object.keys(native), ...Object.keys(ours), ...allowed.keys()])) {
    const [theirs, mine] = [native, ours].map((side) =>
      (Object.hasOwn(side, path) ? side[path] : kAbsent));
    const isSame = isDeepStrictEqual(theirs, mine);
    const show = `native ${JSON.stringify(theirs)}, ours ${JSON.stringify(mine)}`;
    if (!allowed.has(path)) {
      if (!isSame) problems.push(`${path}: ${show}`);
    } else if (isSame) {
      problems.push(`${path}: listed as a difference, but the same: ${JSON.stringify(mine)}`);
    } else if (!isDeepStrictEqual(mine, allowed.get(path))) {
      problems.push(`${path}: ${show}, listed as ${JSON.stringify(allowed.get(path))}`);
    }
  }
  return problems;
}
