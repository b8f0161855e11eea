/**
 * Which of a fetch's icons fits.
 */

/** Twice the size at which it is shown, for screens with so many pixels. */
const kPixels = 80;

/**
 * @param {{src: string, sizes: string}[]} icons
 * @returns {string} The URL of the smallest that is large enough, else of the
 *   largest; '' without any.
 */
export function chooseIcon(icons) {
  /** @param {{sizes: string}} icon */
  const cost = ({ sizes }) => {
    const size = sizes === 'any' ? kPixels : parseInt(sizes, 10) || 0;
    return size < kPixels ? 1e6 - size : size;
  };
  return icons.reduce((best, icon) => (cost(icon) < cost(best) ? icon : best), icons[0])?.src ?? '';
}
