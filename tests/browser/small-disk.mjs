/**
 * A disk that is soon full: a folder of one browser on a file system in memory.
 * It is mounted in a namespace of its own, so that nobody else sees it. It lasts
 * through restarts of the browser, and goes with the process that holds it.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { atExit } from './at-exit.mjs';
import { engines } from './engines.mjs';

/** As much as any file system takes to be one. */
const kTrialBytes = 65_536;

/** Others than root may mount only as root of their own. */
const kIsRoot = process.getuid?.() === 0;
const kUnshare = ['--mount', ...(kIsRoot ? [] : ['--map-root-user'])];
const kEnter = ['--mount', ...(kIsRoot ? [] : ['--user', '--preserve-credentials'])];

/** Its arguments: bytes, folder. What the folder held comes along. */
const kMountAndHold =
  'mkdir -p "$2.disk" && mount -t tmpfs -o "size=$1" tmpfs "$2.disk" && ' +
  'cp -a "$2/." "$2.disk" && mount --bind "$2.disk" "$2" && echo mounted && exec cat';

/** @param {string} folder @param {number} bytes */
function holderArguments(folder, bytes) {
  return [...kUnshare, 'sh', '-c', kMountAndHold, 'sh', String(bytes), folder];
}

export class SmallDisk {
  #holder;
  #forgetExit;

  /** @param {import('node:child_process').ChildProcess} holder */
  constructor(holder) {
    this.#holder = holder;
    this.#forgetExit = atExit(() => holder.kill('SIGKILL'));
  }

  /**
   * @param {string} folder
   * @param {number} bytes
   * @returns {Promise<SmallDisk>}
   */
  static async mount(folder, bytes) {
    const holder = spawn('unshare', holderArguments(folder, bytes), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const disk = new SmallDisk(holder);
    const isMounted = await Promise.race([
      once(/** @type {import('node:stream').Readable} */ (holder.stdout), 'data').then(() => true),
      once(holder, 'exit').then(() => false),
    ]);
    if (!isMounted) throw new Error(`nothing could be mounted on ${folder}`);
    return disk;
  }

  /**
   * @param {import('./engines.mjs').Start} start
   * @returns {import('./engines.mjs').Start} the same, on this disk
   */
  wrap({ command, args, environment }) {
    const target = ['--target', String(this.#holder.pid)];
    return { command: 'nsenter', args: [...target, ...kEnter, command, ...args], environment };
  }

  async unmount() {
    const ended = once(this.#holder, 'exit');
    this.#holder.stdin?.end();
    await ended;
    this.#forgetExit();
  }
}

/**
 * Whether the storage of the engine's browsers can be bounded on this machine.
 *
 * @param {string} engine
 */
export function canBound(engine) {
  if (engines[engine].storage === null) return true;
  const folder = mkdtempSync(path.join(tmpdir(), 'disk-'));
  mkdirSync(path.join(folder, 'profile'));
  // Without input it ends as soon as it has mounted.
  const { status } = spawnSync('unshare', holderArguments(path.join(folder, 'profile'), kTrialBytes));
  rmSync(folder, { recursive: true });
  return status === 0;
}
