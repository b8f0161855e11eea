/** Morse code, counted in dots: what sound and light are made of. */

/** @type {Record<string, string>} */
const kMorse = {
  A: '.-', B: '-...', C: '-.-.', D: '-..', E: '.', F: '..-.', G: '--.', H: '....', I: '..',
  J: '.---', K: '-.-', L: '.-..', M: '--', N: '-.', O: '---', P: '.--.', Q: '--.-', R: '.-.',
  S: '...', T: '-', U: '..-', V: '...-', W: '.--', X: '-..-', Y: '-.--', Z: '--..',
  1: '.----', 2: '..---', 3: '...--', 4: '....-', 5: '.....', 6: '-....', 7: '--...',
  8: '---..', 9: '----.', 0: '-----',
};

/** Between signs, letters and words, and at the end of it all. */
const kGap = '0';
const kLetterGap = '000';
const kEnd = '0000000';

/**
 * @param {string} text
 * @returns {string} A 1 for each dot's length with sound or light, a 0 for one without.
 */
export function dotsOf(text) {
  return lettersOf(text).map(({ dots }) => dots).join(kLetterGap).padEnd(1, '0') + kEnd;
}

/**
 * @typedef {object} Letter
 * @property {string} letter  in capitals; of a space, no dots
 * @property {string} signs
 * @property {string} dots
 *
 * @param {string} text
 * @returns {Letter[]}
 */
function lettersOf(text) {
  return [...text.toUpperCase()].map((letter) => {
    const signs = kMorse[letter] ?? '';
    const dots = [...signs].map((sign) => (sign === '.' ? '1' : '111')).join(kGap);
    return { letter, signs, dots };
  });
}

/**
 * @param {string} text
 * @returns {(Letter & {at: number})[]} Where each begins.
 */
export function placedLettersOf(text) {
  let at = 0;
  const placed = lettersOf(text).map((each) => {
    const begin = at;
    at += each.dots.length + kLetterGap.length;
    return { ...each, at: begin };
  });
  return placed.filter(({ dots }) => dots !== '');
}
