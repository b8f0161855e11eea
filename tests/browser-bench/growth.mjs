/**
 * How much memory a browser has, and how much disk its profile.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const kSampleMs = 100;

/**
 * Without pages of files: the kernel keeps and drops those as the rest of the machine likes, and
 * another browser that starts or ends beside this one shares them or no longer does.
 */
export const kOwnPages = ['Pss_Anon', 'Pss_Shmem'];

/**
 * The proportional set size of a whole process tree, so that pages which its
 * processes share count once.
 *
 * @param {number[]} pids
 * @param {string[]} [kinds]  of pages, as /proc calls them: all unless set
 * @returns {number} bytes
 */
export function memoryOf(pids, kinds = ['Pss']) {
  let kibibytes = 0;
  for (const pid of pids) {
    let text = '';
    try {
      text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    } catch {
      // It has ended.
    }
    for (const kind of kinds) {
      kibibytes += Number(new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
    }
  }
  return kibibytes * 1024;
}

/** @param {string} folder @returns {number} bytes that are allocated */
export function diskOf(folder) {
  const { stdout } = spawnSync('du', ['--summarize', '--block-size=1', folder], { encoding: 'utf8' });
  return Number.parseInt(stdout, 10);
}

/**
 * The most that `work` added to what there was before. Sampling memory stops the
 * processes for moments: time nothing meanwhile.
 *
 * @param {() => number} sample
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>}
 */
export async function peakGrowth(sample, work) {
  const before = sample();
  let peak = before;
  let isDone = false;
  const sampling = (async () => {
    while (!isDone) {
      peak = Math.max(peak, sample());
      await pause(kSampleMs);
    }
  })();
  try {
    await work();
  } finally {
    isDone = true;
    await sampling;
  }
  return peak - before;
}
