/** Workers that die alone, under pages that live on. */

import { readFileSync } from 'node:fs';

/** @typedef {import('./driver.mjs').Browser} Browser */

/** Of Firefox's processes for service workers, as the kernel cuts it. */
const kFirefoxName = 'Isolated Servic';

/**
 * WebKit runs them in the processes of pages, and has no other means.
 *
 * @param {string} engine
 * @returns {string | false} for the test runner
 */
export function cannotEndWorkers(engine) {
  return engine === 'webkit' && 'WebKit runs workers in the processes of pages';
}

/**
 * Ends the workers that run: in Chromium, launched for debugging, the one of
 * this scope, in order; in Firefox all of them, in the middle of anything.
 *
 * @param {Browser} browser
 * @param {string} scope  a URL
 */
export async function endWorkers(browser, scope) {
  if (browser.debugging) return browser.debugging.stopWorker(scope);
  const workers = browser.processes().filter((pid) => nameOf(pid) === kFirefoxName);
  if (workers.length === 0) throw new Error('no service worker runs');
  for (const pid of workers) process.kill(pid, 'SIGKILL');
}

/** @param {number} pid */
function nameOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    // It has ended.
    return '';
  }
}
