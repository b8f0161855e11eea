/**
 * How much processor time each kind of thread of a browser has used: where a case is as fast as
 * its processors allow, this says who has them.
 */

import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel counts in, on every Linux that browsers run on. */
const kTickMs = 10;

/**
 * @param {number[]} pids
 * @returns {Map<string, number>} ms, by 'process: thread'; those of one name together
 */
export function processorOf(pids) {
  /** @type {Map<string, number>} */
  const ms = new Map();
  for (const pid of pids) {
    try {
      const tasks = `/proc/${pid}/task`;
      const process = nameOf(pid);
      for (const task of readdirSync(tasks)) {
        const stat = readFileSync(`${tasks}/${task}/stat`, 'latin1');
        const end = stat.lastIndexOf(')');
        // Pools number their threads.
        const thread = stat.slice(stat.indexOf('(') + 1, end).replace(/[ #~/:]*\d*$/, '');
        const [user, system] = stat.slice(end + 2).split(' ').slice(11).map(Number);
        const name = `${process}: ${thread}`;
        ms.set(name, (ms.get(name) ?? 0) + (user + system) * kTickMs);
      }
    } catch {
      // It has ended.
    }
  }
  return ms;
}

/**
 * @param {Map<string, number>} before
 * @param {Map<string, number>} after
 * @returns {Map<string, number>} Of those that have not ended meanwhile.
 */
export function processorBetween(before, after) {
  const used = (/** @type {string} */ name, /** @type {number} */ ms) =>
    Math.max(0, ms - (before.get(name) ?? 0));
  return new Map([...after].map(([name, ms]) => [name, used(name, ms)]));
}

/** @param {number} pid  Chromium's processes all have one name, but a type each. */
function nameOf(pid) {
  const [, type, service] =
    /--type=([\w-]+)(?:.*?--utility-sub-type=\w+\.mojom\.(\w+))?/s
      .exec(readFileSync(`/proc/${pid}/cmdline`, 'latin1')) ?? [];
  return service ?? type ?? readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
}
