/**
 * Garbage, so that what it goes with is collected soon.
 */

/**
 * How much garbage is made for each byte of a Blob. Three times as much as one took a third
 * off the peak in Chromium, eight times as much no more than that.
 */
const kGarbageShare = 3;

/**
 * A Blob is a small object to the garbage collector, whatever it holds
 * elsewhere. Chromium keeps those bytes in memory until it is collected: a
 * gigabyte piled up in two; and the file of one that is deleted. Garbage, which the
 * collector does see and whose pages are never touched, makes it come in time.
 *
 * @param {number} bytes
 */
export function hurryCollector(bytes) {
  try {
    void new ArrayBuffer(bytes * kGarbageShare);
  } catch {
    // No room for it: then the collector comes without.
  }
}
