/**
 * What happens in one run, all of it from its seed: what is fetched, when the
 * browser is killed, and what the network is like when it comes back.
 */

import { kMiB } from '../fetching.mjs';

/** A run takes this long when nothing kills it, on the machine it was written on. */
const kRunMs = 7_000;

/** A second kill falls into the recovery from the first. */
const kRecoveryMs = 2_500;

/** One run in so many is killed a second time. */
const kRunsPerSecondKill = 4;

/** Where kills are aimed at: moments of pages/kill-sw.js, and how often they come. */
const kAims = [
  { point: 'upload-put', countMax: 1 },
  { point: 'upload-stored', countMax: 1 },
  { point: 'register-put', countMax: 4 },
  { point: 'register-stored', countMax: 4 },
  { point: 'chunk-put', countMax: 12 },
  { point: 'chunk-put', countMax: 40 },
  { point: 'chunk-stored', countMax: 12 },
  { point: 'chunk-stored', countMax: 40 },
  // A pack takes 64 records at most: so many packs come however slow the store is.
  { point: 'pack-put', countMax: 4 },
  { point: 'pack-stored', countMax: 4 },
  { point: 'settle-put', countMax: 3 },
  { point: 'settle-stored', countMax: 3 },
  { point: 'handler-begin', countMax: 4 },
  { point: 'handler-end', countMax: 4 },
  { point: 'acknowledge-put', countMax: 2 },
  { point: 'acknowledge-stored', countMax: 2 },
];

/** The network after a kill: switches of tests/server for the large file. */
const kNetworks = {
  fast: `rate=${100 * kMiB}`,
  slow: `rate=${2 * kMiB}:6`,
  late: 'delay=1500:3',
  cut: 'cut=300000:3',
  down: 'status=503:3&retryAfter=1:3',
};

/** The network before the first kill: that it falls into the middle. */
export const kFilmSwitches = `rate=${3 * kMiB}`;

/**
 * @typedef {object} Aim
 * @property {string} point
 * @property {number} count  the moment that counts, from 1
 *
 * @typedef {object} Kill
 * @property {Aim | null} aim  null: at a random moment
 * @property {number} afterMs  of a random kill, from the start of the fetches or the browser
 * @property {string} network  the switches from then on
 *
 * @typedef {object} Plan
 * @property {number} seed
 * @property {Kill[]} kills
 */

/**
 * @param {number} seed  Odd ones aim their first kill.
 * @param {number} killsMax
 * @returns {Plan}
 */
export function makePlan(seed, killsMax) {
  const random = makeRandom(seed);
  const isTwice = random() * kRunsPerSecondKill < 1;
  const networks = Object.values(kNetworks);
  const network = () => networks[Math.floor(random() * networks.length)];
  const { point, countMax } = kAims[Math.floor(random() * kAims.length)];
  const aim = { point, count: 1 + Math.floor(random() * countMax) };
  const first = {
    aim: seed % 2 === 1 ? aim : null,
    afterMs: Math.floor(random() * kRunMs),
    network: network(),
  };
  const second = { aim: null, afterMs: Math.floor(random() * kRecoveryMs), network: network() };
  return { seed, kills: isTwice && killsMax > 1 ? [first, second] : [first] };
}

/**
 * Mulberry32: small, and the same everywhere.
 *
 * @param {number} seed
 * @returns {() => number} from 0 to below 1
 */
function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
