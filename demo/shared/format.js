// Numbers for people.

const kUnits = ['B', 'kB', 'MB', 'GB'];

/** @param {number} bytes */
export function formatBytes(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < kUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // A number and its unit stay on one line.
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)}\u00a0${kUnits[unit]}`;
}

/** @param {number} seconds @returns {string} As on a player: 4:05. */
export function formatTime(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
