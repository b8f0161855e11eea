/**
 * Ends everything that a browser has started, and nothing else.
 *
 * What belongs to a browser is found in /proc in three ways, because each alone
 * misses some: the process group (missed: helpers that left it), descent
 * (missed: helpers whose parent has ended) and a mark in the environment
 * (missed: Chromium's children, which write their title over it).
 */

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Set to a value of its own for every browser that is started. */
export const kMarkVariable = 'BROWSER_DRIVER_MARK';

const kPollMs = 10;
const kDeathTimeoutMs = 10_000;

/**
 * @typedef {object} ProcessInfo
 * @property {number} pid
 * @property {number} parent
 * @property {number} group
 * @property {string} state  'Z': ended, not yet collected by its parent
 */

/**
 * @typedef {object} BrowserIdentity
 * @property {number} leader  pid of the process that was started, leader of its group
 * @property {string} mark
 */

/** @returns {ProcessInfo[]} */
function listProcesses() {
  const processes = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = readProcFile(Number(name), 'stat');
    // The command stands in parentheses and may itself hold any character.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 3) continue;
    const [state, parent, group] = fields;
    processes.push({ pid: Number(name), parent: Number(parent), group: Number(group), state });
  }
  return processes;
}

/**
 * @param {number} pid
 * @param {string} name
 * @returns {string} '' when the process has gone or is not ours to read
 */
function readProcFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/**
 * Living processes of the browser whose leader and mark are given.
 *
 * @param {BrowserIdentity} browser
 * @returns {number[]}
 */
export function findProcesses({ leader, mark }) {
  const all = listProcesses();
  const marked = `${kMarkVariable}=${mark}\0`;
  const found = new Set([leader]);
  for (const { pid, group } of all) {
    if (group === leader || readProcFile(pid, 'environ').includes(marked)) found.add(pid);
  }
  for (let sizeBefore = 0; sizeBefore !== found.size;) {
    sizeBefore = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid, state }) => found.has(pid) && state !== 'Z').map(({ pid }) => pid);
}

/**
 * Those of `pids` that still run; an ended process that nobody has collected
 * does not.
 *
 * @param {number[]} pids
 */
export function livingAmong(pids) {
  const all = listProcesses().filter(({ state }) => state !== 'Z');
  return all.map(({ pid }) => pid).filter((pid) => pids.includes(pid));
}

/**
 * SIGKILL to all of them, at once and until none is left.
 *
 * @param {BrowserIdentity} browser
 */
export async function killProcesses(browser) {
  const deadline = Date.now() + kDeathTimeoutMs;
  for (;;) {
    const living = findProcesses(browser);
    if (living.length === 0) return;
    if (Date.now() > deadline) throw new Error(`processes ${living} outlive SIGKILL`);
    killProcessesNow(browser);
    await pause(kPollMs);
  }
}

/**
 * SIGTERM to the leader; true when nothing is left in time.
 *
 * @param {BrowserIdentity} browser
 * @param {number} timeoutMs
 */
export async function endProcesses(browser, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  sendSignal(browser.leader, 'SIGTERM');
  while (Date.now() < deadline) {
    if (findProcesses(browser).length === 0) return true;
    await pause(kPollMs);
  }
  return false;
}

/**
 * SIGKILL to all of them, once, without waiting: for the end of this process.
 *
 * @param {BrowserIdentity} browser
 */
export function killProcessesNow(browser) {
  for (const pid of findProcesses(browser)) sendSignal(pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
