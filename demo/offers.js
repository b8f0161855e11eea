// What there is to download: addresses of the test server's generated bodies.

const kMebibyte = 1024 * 1024;
const kLargeFileBytes = 100 * kMebibyte;

const kSetFiles = 20;
const kSetSmallestBytes = 1024;
const kSetLargestBytes = 5 * kMebibyte;

// Where the server drops the connection once each, when asked to.
const kCutsAtBytes = [12, 37, 61, 83].map((mebibytes) => mebibytes * kMebibyte);

/**
 * @typedef {object} Wish
 * @property {'large' | 'set'} what
 * @property {number} bytesPerSecond  Of each connection; 0: as fast as it goes.
 * @property {boolean} cut
 *
 * @typedef {object} Offer
 * @property {string} id
 * @property {string} title
 * @property {string[]} urls
 * @property {number} bytes
 */

/**
 * @param {Wish} wish
 * @returns {Offer} Different at each call: an id may be active only once.
 */
export function requestsFor(wish) {
  const stamp = Date.now().toString(36);
  const sizes =
    wish.what === 'large' ? [kLargeFileBytes] : Array.from({ length: kSetFiles }, sizeInSet);
  const urls = sizes.map((size, index) => {
    const name = wish.what === 'large' ? `large-${stamp}` : `piece-${stamp}-${index + 1}`;
    const query = new URLSearchParams({ size: String(size), seed: `${stamp}${index}` });
    if (wish.bytesPerSecond > 0) query.set('rate', String(wish.bytesPerSecond));
    if (wish.cut) {
      for (const at of kCutsAtBytes) if (at < size) query.append('cutAt', `${at}:1`);
      // Files too small for any of these lose their connection half-way.
      if (size < kCutsAtBytes[0]) query.append('cut', `${Math.floor(size / 2)}:1`);
    }
    return `/bytes/${name}.bin?${query}`;
  });
  return {
    id: `${wish.what}-${stamp}`,
    title: wish.what === 'large' ? 'One large file' : 'A set of twenty',
    urls,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** @param {unknown} _ @param {number} index  Evenly spread on a logarithmic scale. */
function sizeInSet(_, index) {
  const step = Math.log(kSetLargestBytes / kSetSmallestBytes) / (kSetFiles - 1);
  return Math.round(kSetSmallestBytes * Math.exp(step * index));
}
