// Morse code in ten lessons. What is heard and seen is made by the server.

const kSamplesPerSecond = 8_000;
const kSeconds = 150;

/** So slow that there is something to see. */
const kBytesPerSecond = 400_000;

/** PCM, 8 bits, one channel. */
const kSoundBytes = kSeconds * kSamplesPerSecond + 44;

/** The head, and a block for each second: four times the text of its lesson. */
const kFilmBytes = (1 + 136) * 12_288;

/**
 * @typedef {object} Lesson
 * @property {number} number
 * @property {string} title
 * @property {string} signs
 * @property {string} practice  What is heard or, in a film, seen.
 * @property {boolean} isFilm
 */

/** @type {Lesson[]} */
export const kLessons = [
  ['Two letters', 'E ·  T –', 'E T TE ET TEE'],
  ['Four more', 'I ··  M – –  A ·–  N –·', 'MAN TEA MEAN TEAM'],
  ['The letters of SOS', 'S ···  O – – –', 'SOS SEASON MOON'],
  ['Rhythm', 'R ·–·  K –·–  U ··–  D –··', 'DRUM DARK ROUND'],
  ['Longer letters', 'W ·– –  G – –·  H ····', 'HOW GROWTH WEIGHT'],
  ['Mirror images', 'B –···  V ···–  L ·–··  F ··–·', 'LIVE BELIEF FIVE'],
  ['The rare ones', 'Q – –·–  Z – –··  X –··–  J ·– – –', 'QUIZ JAZZ BOX'],
  ['The last three', 'C –·–·  P ·– –·  Y –·– –', 'COPY CYCLE PARTY'],
  ['One to five', '1 ·– – – –  2 ··– – –  3 ···– –', '12 345 21 543'],
  ['Six to zero', '6 –····  8 – – –··  0 – – – – –', '67 890 76 1890'],
].map(([title, signs, practice], index) => ({
  number: index + 1, title, signs, practice, isFilm: title === 'The letters of SOS',
}));

/** @param {Lesson} lesson */
export function bytesOf({ isFilm }) {
  return isFilm ? kFilmBytes : kSoundBytes;
}

/** @param {Lesson} lesson  of the body on the server */
export function nameOf({ number, isFilm }) {
  return `lesson-${number}.${isFilm ? 'webm' : 'wav'}`;
}

/** @param {Lesson} lesson */
export function urlOf(lesson) {
  const query = new URLSearchParams({
    size: String(bytesOf(lesson)),
    ...(lesson.isFilm
      ? { film: lesson.practice }
      : { wav: String(kSamplesPerSecond), morse: lesson.practice }),
    // A second download would take no time.
    cacheControl: 'no-store',
    rate: String(kBytesPerSecond),
  });
  return new URL(`/bytes/${nameOf(lesson)}?${query}`, location.href).href;
}
