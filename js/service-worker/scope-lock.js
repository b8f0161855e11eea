/**
 * The Web Lock of a scope: whoever holds it drives, and nothing is written
 * without it. Two workers of one registration are alive at the same time while
 * one replaces the other.
 */

/** @param {string} scope */
function nameOf(scope) {
  return `background-fetch-polyfill:${scope}`;
}

/**
 * Resolves when the lock is ours; it stays so for the rest of the worker's life
 * unless another worker steals it.
 *
 * @param {string} scope
 * @param {() => void} onLost
 * @returns {Promise<void>}
 */
export function holdScopeLock(scope, onLost) {
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const held = navigator.locks.request(nameOf(scope), () => {
      isHeld = true;
      resolve();
      return new Promise(() => {});
    });
    held.catch((error) => {
      // Once held, the only way to end is that it was stolen.
      if (isHeld) onLost();
      else reject(error);
    });
  });
}

/**
 * Does `work` under the lock, taking it away from a worker that holds it. For
 * when that worker's registration is known to be gone.
 *
 * @param {string} scope
 * @param {() => Promise<void>} work
 */
export async function stealScopeLock(scope, work) {
  await navigator.locks.request(nameOf(scope), { steal: true }, work);
}
