/**
 * Draws the pictures of the film, a lighthouse whose lamp is on or off, and has
 * them encoded: `node tests/server/make-lamp.mjs` writes `lamp.ivf` anew. Needs
 * Debian's vpx-tools, which nothing else does.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { kFile, kFramesPerStep, kHeight, kStepsPerSecond, kWidth } from './lamp.mjs';

const kFramesPerSecond = kFramesPerStep * kStepsPerSecond;

/** The same for all pictures, or they would pulsate: 0 is best, 63 smallest. */
const kQuantizer = '28';

const kHorizon = 178;
const kTower = { x: 150, top: 78, bottom: 184, topWidth: 9, bottomWidth: 15 };
const kLamp = { x: kTower.x, y: 66 };

/** @typedef {[number, number, number]} Color  Red, green and blue, 0 to 1. */

/** @type {(from: Color, to: Color, part: number) => Color} */
function mix(from, to, part) {
  const share = Math.min(1, Math.max(0, part));
  return /** @type {Color} */ (from.map((each, index) => each + (to[index] - each) * share));
}

/** The same stars in every picture. */
const kStars = Array.from({ length: 40 }, (_, index) => ({
  x: (index * 197 + 31) % kWidth, y: (index * index * 53 + 17) % (kHorizon - 30),
}));

/**
 * @param {number} x
 * @param {number} y
 * @param {boolean} isOn
 * @param {number} time  in turns of the waves
 * @returns {Color}
 */
function colorAt(x, y, isOn, time) {
  const fromLamp = Math.hypot(x - kLamp.x, y - kLamp.y);
  const glow = isOn ? Math.exp(-fromLamp / 60) : 0;
  /** @type {(color: Color) => Color} */
  const lit = (color) => mix(color, [1, 0.86, 0.5], 0.75 * glow);

  if (fromLamp < 6.5) return isOn ? [1, 0.98, 0.85] : [0.16, 0.19, 0.26];
  const isRoof = y > kLamp.y - 15 && y < kLamp.y - 7 && Math.abs(x - kLamp.x) < (y - kLamp.y + 15);
  const isGallery = Math.abs(y - kTower.top + 2) < 2 && Math.abs(x - kTower.x) < 13;
  if (isRoof || isGallery) return lit([0.45, 0.12, 0.12]);
  const down = (y - kTower.top) / (kTower.bottom - kTower.top);
  const halfWidth = kTower.topWidth + (kTower.bottomWidth - kTower.topWidth) * down;
  if (down > 0 && down < 1 && Math.abs(x - kTower.x) < halfWidth) {
    const isRed = Math.floor(down * 5) % 2 === 1;
    const shade = 0.75 - 0.35 * ((x - kTower.x) / halfWidth);
    return lit(mix([0, 0, 0], isRed ? [0.62, 0.16, 0.15] : [0.72, 0.74, 0.78], shade));
  }
  const shore = 196 - 26 * Math.exp(-(((x - kTower.x + 20) / 75) ** 2));
  if (y > shore && y < 196) return lit([0.07, 0.09, 0.11]);

  if (y > kHorizon) {
    const depth = (y - kHorizon) / (kHeight - kHorizon);
    const wave = Math.sin(2 * Math.PI * (14 * Math.sqrt(depth) - time)) *
      Math.cos(x / (14 + 30 * depth) + 5 * depth);
    const water = mix([0.09, 0.22, 0.33], [0.02, 0.06, 0.12], depth);
    const mirrored = isOn
      ? Math.exp(-(((x - kLamp.x + 6 * wave) / (14 + 26 * depth)) ** 2)) * (0.75 - 0.45 * depth)
      : 0;
    return mix(mix(water, [0.3, 0.45, 0.55], 0.12 * wave), [1, 0.86, 0.5], mirrored);
  }
  const sky = mix([0.02, 0.04, 0.11], [0.13, 0.3, 0.42], (y / kHorizon) ** 2);
  const isMoon = Math.hypot(x - 380, y - 58) < 22 && Math.hypot(x - 371, y - 52) > 20;
  if (isMoon) return [0.93, 0.92, 0.82];
  const isStar = kStars.some((star) => Math.hypot(x - star.x, y - star.y) < 0.9);
  return lit(isStar ? [0.8, 0.85, 0.95] : sky);
}

/**
 * One picture as encoders want it: planes of brightness and, half as wide and
 * high, of colour (BT.601).
 *
 * @param {boolean} isOn
 * @param {number} time
 * @returns {Buffer}
 */
function draw(isOn, time) {
  const [width, height] = [kWidth / 2, kHeight / 2];
  const [bright, blue, red] = [
    Buffer.alloc(kWidth * kHeight), Buffer.alloc(width * height), Buffer.alloc(width * height),
  ];
  for (let y = 0; y < kHeight; y += 1) {
    for (let x = 0; x < kWidth; x += 1) {
      // Edges are smooth: the mean of four places in each dot.
      const places = [0.25, 0.75].flatMap((down) => (
        [0.25, 0.75].map((right) => colorAt(x + right, y + down, isOn, time))));
      const [r, g, b] = [0, 1, 2].map((index) => (
        places.reduce((sum, place) => sum + place[index], 0) / places.length));
      bright[y * kWidth + x] = 16 + 65.5 * r + 128.6 * g + 25 * b;
      if (x % 2 || y % 2) continue;
      blue[(y / 2) * width + x / 2] = 128 - 37.8 * r - 74.2 * g + 112 * b;
      red[(y / 2) * width + x / 2] = 128 + 112 * r - 93.8 * g - 18.2 * b;
    }
  }
  return Buffer.concat([bright, blue, red]);
}

const pictures = [false, true].flatMap((isOn) => (
  Array.from({ length: kFramesPerSecond }, (_, index) => draw(isOn, index / kFramesPerSecond))));
const folder = mkdtempSync(path.join(tmpdir(), 'lamp-'));
try {
  const drawn = path.join(folder, 'lamp.yuv');
  writeFileSync(drawn, Buffer.concat(pictures));
  const { error, status } = spawnSync('vpxenc', [
    '--codec=vp8', '--i420', `--width=${kWidth}`, `--height=${kHeight}`,
    `--fps=${kFramesPerSecond}/1`, '--ivf', '--best', '--passes=1', '--disable-warning-prompt', '--lag-in-frames=0',
    // Every step begins with a key frame, whatever step comes before it.
    `--kf-min-dist=${kFramesPerStep}`, `--kf-max-dist=${kFramesPerStep}`, '--auto-alt-ref=0',
    `--min-q=${kQuantizer}`, `--max-q=${kQuantizer}`, `--output=${kFile}`, drawn,
  ], { stdio: 'inherit' });
  if (error ?? status) throw error ?? new Error(`vpxenc ended with ${status}`);
} finally {
  rmSync(folder, { recursive: true });
}
