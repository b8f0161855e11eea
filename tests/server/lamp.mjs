/**
 * The pictures of the film as VP8 frames, which `make-lamp.mjs` has drawn: a
 * second with the lamp off, a second with it on. Each second has four steps, and
 * a step begins with a key frame: it may follow any other.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const kFile = fileURLToPath(new URL('lamp.ivf', import.meta.url));

export const kWidth = 480;
export const kHeight = 270;
export const kStepsPerSecond = 4;
export const kFramesPerStep = 3;

const kFileHeaderBytes = 32;
const kFrameHeaderBytes = 12;

/** @type {Buffer[][] | undefined} */
let steps;

/**
 * @param {boolean} isOn
 * @param {number} step  of the film
 * @returns {Buffer[]} Its frames; the first is a key frame.
 */
export function framesOf(isOn, step) {
  steps ??= readSteps();
  return steps[(isOn ? kStepsPerSecond : 0) + (step % kStepsPerSecond)];
}

function readSteps() {
  const file = readFileSync(kFile);
  /** @type {Buffer[]} */
  const frames = [];
  for (let at = kFileHeaderBytes; at < file.length;) {
    const begin = at + kFrameHeaderBytes;
    at = begin + file.readUInt32LE(at);
    frames.push(file.subarray(begin, at));
  }
  return Array.from({ length: frames.length / kFramesPerStep }, (_, index) => (
    frames.slice(index * kFramesPerStep, (index + 1) * kFramesPerStep)));
}
