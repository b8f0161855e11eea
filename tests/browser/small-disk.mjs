/**
 * A disk that is soon full: a folder of one browser on a file system in memory.
 * It is mounted in a namespace of the browser's own, so that nobody else sees it
 * and it goes with the browser, however that ends.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { engines } from './engines.mjs';

/** As much as any file system takes to be one. */
const kTrialBytes = 65_536;

/** Its arguments: bytes, folder, then what to run there. What the folder held comes along. */
const kMountAndRun =
  'mkdir -p "$2.disk" && mount -t tmpfs -o "size=$1" tmpfs "$2.disk" && ' +
  'cp -a "$2/." "$2.disk" && mount --bind "$2.disk" "$2" && shift 2 && exec "$@"';

/**
 * @param {import('./engines.mjs').Start} start
 * @param {string} folder
 * @param {number} bytes
 * @returns {import('./engines.mjs').Start}
 */
export function onSmallDisk({ command, args, environment }, folder, bytes) {
  return {
    command: 'unshare',
    args: [
      '--mount',
      // Others than root may mount only as root of their own.
      ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
      'sh', '-c', kMountAndRun, 'sh', String(bytes), folder, command, ...args,
    ],
    environment,
  };
}

/**
 * Whether the storage of the engine's browsers can be bounded on this machine.
 *
 * @param {string} engine
 */
export function canBound(engine) {
  if (engines[engine].storage === null) return true;
  const folder = mkdtempSync(path.join(tmpdir(), 'disk-'));
  const nothing = { command: 'true', args: [], environment: {} };
  const { command, args } = onSmallDisk(nothing, path.join(folder, 'profile'), kTrialBytes);
  mkdirSync(path.join(folder, 'profile'));
  const { status } = spawnSync(command, args);
  rmSync(folder, { recursive: true });
  return status === 0;
}
