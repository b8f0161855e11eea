/**
 * How much the store may still take.
 */

/**
 * @returns {Promise<number>} Bytes, by the browser's estimate; as many as can be
 *   named where it makes none (WebKitGTK, or when it fails).
 */
export async function storageRoom() {
  try {
    const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
    return Math.min(Math.max(0, Math.floor(quota - usage)), Number.MAX_SAFE_INTEGER);
  } catch {
    // No estimate is no reason to refuse; a store that is full says so.
    return Number.MAX_SAFE_INTEGER;
  }
}
