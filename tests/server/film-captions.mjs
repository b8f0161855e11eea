/**
 * What a film's lamp sends, for those who cannot see it, or not read it yet, as
 * WebVTT: `node tests/server/film-captions.mjs TEXT SECONDS`.
 */

import { fileURLToPath } from 'node:url';

import { kStepsPerSecond } from './lamp.mjs';
import { dotsOf, placedLettersOf } from './morse.mjs';

/** @type {Record<string, string>} */
const kPrinted = { '.': '·', '-': '–' };

/** @param {string} text @param {number} seconds  of the film */
export function captionsOf(text, seconds) {
  const loopSteps = dotsOf(text).length;
  const cues = [];
  for (let begin = 0; begin < seconds * kStepsPerSecond; begin += loopSteps) {
    for (const { letter, signs, dots, at } of placedLettersOf(text)) {
      const [from, to] = [begin + at, begin + at + dots.length + 2];
      const printed = [...signs].map((sign) => kPrinted[sign]).join(' ');
      cues.push(`${time(from)} --> ${time(to)}\n${letter}  ${printed}\n`);
    }
  }
  return ['WEBVTT\n', ...cues].join('\n');
}

/** @param {number} step */
function time(step) {
  return new Date((step * 1000) / kStepsPerSecond).toISOString().slice(11, 23);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(captionsOf(process.argv[2], Number(process.argv[3])));
}
