/** Every wait of the tests ends: with what it waited for, or with a reason. */

/**
 * For waits whose length does not matter: a machine that does much else at the
 * same time needs minutes, what hangs would take for ever.
 */
export const kPatienceMs = 180_000;

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} timeoutMs
 * @param {() => string} describe  called when time is up, to say what was missing
 * @returns {Promise<T>}
 */
export async function withDeadline(promise, timeoutMs, describe) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`after ${timeoutMs} ms: ${describe()}`)), timeoutMs);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, deadline]));
  } finally {
    clearTimeout(timer);
  }
}
