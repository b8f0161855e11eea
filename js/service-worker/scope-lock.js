/**
 * The Web Lock of a scope: whoever holds it drives, and nothing is written
 * without it. Two workers of one registration are alive at the same time while
 * one replaces the other.
 */

import { lockName } from '../shared/scope-storage.js';

/**
 * Only the active worker asks for the lock, and browsers end its predecessor
 * before it becomes that. One that still holds the lock so much later hangs.
 * Clearly below kHelloTimeoutMs: the first hello of a page waits for us, and who
 * does not answer it in time passes for a worker without our script.
 */
const kPatienceMs = 2_500;

/**
 * @param {string} scope
 * @param {() => void} onLost  Another took the lock away.
 * @returns {Promise<() => void>} Resolves when the lock is ours, with what
 *   gives it back.
 */
export async function holdScopeLock(scope, onLost) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), kPatienceMs);
  try {
    return await request(scope, { signal: controller.signal }, onLost);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    return request(scope, { steal: true }, onLost);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} scope
 * @returns {Promise<void>} Resolves when nobody else holds it, however long that takes.
 */
export function scopeLockIsFree(scope) {
  return navigator.locks.request(lockName(scope), () => {});
}

/**
 * @param {string} scope
 * @param {LockOptions} options
 * @param {() => void} onLost
 * @returns {Promise<() => void>}
 */
function request(scope, options, onLost) {
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const held = navigator.locks.request(lockName(scope), options, () => {
      isHeld = true;
      return new Promise((release) => {
        resolve(() => {
          isHeld = false;
          release(undefined);
        });
      });
    });
    held.catch((error) => {
      // Once held, the only way to fail is that it was stolen.
      if (isHeld) onLost();
      else reject(error);
    });
  });
}
