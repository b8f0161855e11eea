// Numbers for people.

const kUnits = ['B', 'KiB', 'MiB', 'GiB'];

/** Seconds are of use up to here; with less, one minute flickers into two. */
const kRoughFromSeconds = 5 * 60;

/** @param {number} bytes */
export function formatBytes(bytes) {
  let value = bytes;
  let unit = 0;
  // From 1000, so that no number takes four figures.
  while (value >= 1000 && unit < kUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  // Bytes come whole; of the others three figures are enough.
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${kUnits[unit]}`;
}

/** @param {number} seconds */
export function formatDuration(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < kRoughFromSeconds) {
    const tens = Math.round(seconds / 10);
    return `${Math.floor(tens / 6)} min ${(tens % 6) * 10} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
