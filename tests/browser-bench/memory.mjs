/**
 * How much memory a browser has: the proportional set size of its whole process
 * tree, so that pages which its processes share count once.
 */

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const kSampleMs = 100;

/** @param {number[]} pids @returns {number} bytes */
export function memoryOf(pids) {
  let kibibytes = 0;
  for (const pid of pids) {
    let text = '';
    try {
      text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    } catch {
      // It has ended.
    }
    kibibytes += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
  }
  return kibibytes * 1024;
}

/**
 * The most that `work` added to what the browser had before. Sampling stops the
 * processes for moments: time nothing meanwhile.
 *
 * @param {import('../browser/driver.mjs').Browser} browser
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>} bytes
 */
export async function peakGrowth(browser, work) {
  const before = memoryOf(browser.processes());
  let peak = before;
  let isDone = false;
  const sampling = (async () => {
    while (!isDone) {
      peak = Math.max(peak, memoryOf(browser.processes()));
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
