// What there is to hear. Episodes are made by the server as they are asked for.

const kSamplesPerSecond = 8_000;

/** So slow that there is something to see. */
const kBytesPerSecond = 300_000;

/**
 * @typedef {object} Episode
 * @property {string} id
 * @property {string} title
 * @property {string} about
 * @property {number} minutes
 * @property {number} hue  of its cover
 */

/** @type {Episode[]} */
export const kEpisodes = [
  { id: 'low-tide', title: 'Low tide', minutes: 12, hue: 200,
    about: 'Slow notes for a walk along the waterline.' },
  { id: 'night-train', title: 'Night train', minutes: 16, hue: 265,
    about: 'From one end of the country to the other, lights off.' },
  { id: 'attic-rain', title: 'Attic rain', minutes: 10, hue: 150,
    about: 'What the roof hears when nobody is at home.' },
  { id: 'first-snow', title: 'First snow', minutes: 14, hue: 320,
    about: 'A town goes quiet, street by street.' },
  { id: 'long-summer', title: 'Long summer', minutes: 18, hue: 35,
    about: 'Warm evenings, windows open, no hurry.' },
];

/** @param {Episode} episode  PCM, 8 bits, one channel. */
export function bytesOf({ minutes }) {
  return minutes * 60 * kSamplesPerSecond + 44;
}

/** @param {Episode} episode */
export function urlOf(episode) {
  const query = new URLSearchParams({
    size: String(bytesOf(episode)),
    wav: String(kSamplesPerSecond),
    tune: episode.id,
    // A second download would take no time.
    cacheControl: 'no-store',
    rate: String(kBytesPerSecond),
  });
  return new URL(`/bytes/${episode.id}.wav?${query}`, location.href).href;
}

/** @param {string} id */
export function episodeOf(id) {
  return kEpisodes.find((episode) => episode.id === id);
}
