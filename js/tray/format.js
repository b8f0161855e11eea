/**
 * Numbers as people read them, in the language of the page.
 */

/** Single bytes are nothing that anybody waits for, and have no short form. */
const kByteUnits = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/**
 * @param {string} language
 * @returns {string[]} None, which leaves it to Intl, for what is no tag of BCP 47: WebKitGTK
 *   takes 'C' from its environment, and authors write what they like.
 */
function localesOf(language) {
  try {
    return Intl.getCanonicalLocales(language);
  } catch {
    return [];
  }
}

/** @param {string} language @param {number} bytes */
export function formatBytes(language, bytes) {
  let value = Math.ceil(bytes / 100) / 10;
  let unit = 0;
  // Rounding must not show 1,000 of a unit.
  while (value >= 999.5 && unit < kByteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return formatUnit(language, value, kByteUnits[unit], value < 10 ? 1 : 0);
}

/** @param {string} language @param {number} seconds */
export function formatDuration(language, seconds) {
  if (seconds < 60) return formatUnit(language, Math.ceil(seconds), 'second', 0);
  if (seconds < 3600) return formatUnit(language, Math.round(seconds / 60), 'minute', 0);
  return formatUnit(language, seconds / 3600, 'hour', 1);
}

/** @param {string} language @param {number} fraction */
export function formatPercent(language, fraction) {
  // Done is only what is done.
  const percent = Math.floor(fraction * 100) / 100;
  return new Intl.NumberFormat(localesOf(language), { style: 'percent' }).format(percent);
}

/**
 * @param {string} language
 * @param {number} value
 * @param {string} unit
 * @param {number} digits
 */
function formatUnit(language, value, unit, digits) {
  return new Intl.NumberFormat(localesOf(language), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
    // A number and its unit stay on one line.
  }).format(value).replaceAll(' ', '\u00a0');
}
