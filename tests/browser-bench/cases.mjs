/**
 * What is measured, one row each: the files, who runs, and what must come out.
 *
 * @typedef {'ours' | 'oursUncached' | 'withoutWasm' | 'transfer' | 'native' | 'put' | 'addAll'
 *   | 'buffer' | 'discard' | 'discardUncached'} Contender
 *
 * @typedef {Record<string, Record<string, number> | undefined>} Others  medians of the cases
 *   before, by name
 *
 * @typedef {object} Limit  of a ratio of medians
 * @property {string} says
 * @property {(medians: Record<string, number>, others: Others) => number} ratio  NaN: of
 *   something that was not measured
 * @property {Partial<Record<string, number>>} [atLeast]  by engine
 * @property {Partial<Record<string, number>>} [atMost]
 *
 * @typedef {object} Case
 * @property {'time' | 'memory' | 'bytes' | 'asked' | 'move' | 'disk' | 'stall'} measures
 *   time: ms until every byte can be read; memory: bytes of peak growth; bytes: received by
 *   needed; asked: asked for by needed; move: ms from the success event's responses into a
 *   Cache; disk: bytes of peak growth of the profile until all is in a Cache; stall: ms that
 *   the page's main thread did nothing else at most
 * @property {number} files
 * @property {number} size  bytes of each
 * @property {string} [switches]  see tests/server/switches.mjs
 * @property {Contender[]} contenders
 * @property {number} [rounds]  instead of the command line's
 * @property {string[]} [engines]  those that have room for it; else all
 * @property {Limit[]} [limits]
 */

const kKiB = 1024;
const kMiB = 1024 * kKiB;

/**
 * How many times as fast as `rival` we are.
 *
 * @param {string} rival
 * @param {Partial<Record<string, number>>} atLeast
 * @returns {Limit}
 */
function speedAgainst(rival, atLeast) {
  return { says: `speed against ${rival}`, ratio: (ms) => ms[rival] / ms.ours, atLeast };
}

/** @param {number} bound @returns {Record<string, number>} */
function everywhere(bound) {
  return { chromium: bound, firefox: bound, webkit: bound };
}

/**
 * @param {number} files
 * @param {string[]} engines
 * @returns {Case}
 */
function diskFor(files, engines) {
  const size = 16 * kMiB;
  return {
    measures: 'disk',
    files,
    size,
    contenders: ['ours', 'transfer'],
    rounds: 3,
    engines,
    limits: [
      {
        says: 'growth by bytes fetched',
        ratio: ({ transfer }) => transfer / (files * size),
        // The fetch, one record twice, and what the browser frees a little later.
        atMost: everywhere(1.5),
      },
    ],
  };
}

/** @type {Record<string, Case>} */
export const cases = {
  'one file of 256 MiB': {
    measures: 'time',
    files: 1,
    size: 256 * kMiB,
    contenders: ['ours', 'transfer', 'native', 'put', 'buffer', 'discard', 'discardUncached'],
    limits: [
      speedAgainst('put', { chromium: 0.6, firefox: 1.3, webkit: 2.0 }),
      speedAgainst('native', { chromium: 2 }),
    ],
  },
  'memory of 256 MiB': {
    measures: 'memory',
    files: 1,
    size: 256 * kMiB,
    contenders: ['ours', 'native', 'put', 'buffer'],
    rounds: 3,
  },
  'memory of 1 GiB': {
    measures: 'memory',
    files: 1,
    size: 1024 * kMiB,
    contenders: ['ours', 'put'],
    rounds: 1,
  },
  'memory of 2 GiB': {
    measures: 'memory',
    files: 1,
    size: 2048 * kMiB,
    contenders: ['ours'],
    rounds: 3,
    limits: [
      {
        says: 'MB of growth',
        ratio: ({ ours }) => ours / 1e6,
        atMost: { chromium: 250, firefox: 100, webkit: 300 },
      },
      {
        says: 'growth against 256 MiB',
        ratio: ({ ours }, others) => ours / (others['memory of 256 MiB']?.ours ?? NaN),
        atMost: everywhere(1.2),
      },
    ],
  },
  '64 MiB at 8 MiB/s for each connection': {
    measures: 'time',
    files: 1,
    size: 64 * kMiB,
    switches: `rate=${8 * kMiB}`,
    contenders: ['ours', 'native', 'put', 'buffer', 'discard'],
    limits: [{ ...speedAgainst('discard', everywhere(3)), says: 'speed against one connection' }],
  },
  '64 MiB with 100 ms to every head': {
    measures: 'time',
    files: 1,
    size: 64 * kMiB,
    switches: 'delay=100',
    contenders: ['ours', 'native', 'put', 'buffer', 'discard'],
  },
  '1,000 records of 10 KiB': {
    measures: 'time',
    files: 1000,
    size: 10 * kKiB,
    contenders: ['ours', 'native', 'put', 'addAll', 'buffer', 'discard'],
    limits: [
      speedAgainst('native', { chromium: 20 }),
      speedAgainst('addAll', { chromium: 1.3, firefox: 1.2, webkit: 1.0 }),
    ],
  },
  '10,000 records of 10 KiB': {
    measures: 'time',
    files: 10_000,
    size: 10 * kKiB,
    contenders: ['ours', 'oursUncached', 'discard', 'discardUncached'],
    limits: [
      speedAgainst('discard', everywhere(0.7)),
      {
        says: 'time against 1,000 records',
        ratio: ({ ours }, others) => ours / (others['1,000 records of 10 KiB']?.ours ?? NaN),
        atMost: everywhere(12),
      },
    ],
  },
  '100 records of 1 MiB': {
    measures: 'time',
    files: 100,
    size: kMiB,
    contenders: ['ours', 'native', 'put', 'addAll', 'buffer', 'discard'],
  },
  '256 MiB with random cuts': {
    measures: 'bytes',
    files: 1,
    size: 256 * kMiB,
    switches: `cutMean=${8 * kMiB}`,
    contenders: ['ours'],
    limits: [
      { says: 'bytes received by needed', ratio: ({ ours }) => ours, atMost: everywhere(1.15) },
    ],
  },
  '256 MiB with random cuts, asked for': {
    measures: 'asked',
    files: 1,
    size: 256 * kMiB,
    switches: `cutMean=${8 * kMiB}`,
    contenders: ['ours'],
    rounds: 1,
  },
  // Of much less, what Firefox keeps until its collector comes would be most of the figure.
  'disk for 128 records of 16 MiB': diskFor(128, ['chromium', 'firefox']),
  // MiniBrowser lets an origin's Caches have 992 MiB.
  'disk for 28 records of 16 MiB': diskFor(28, ['webkit']),
  'main thread during 1 GiB': {
    measures: 'stall',
    files: 1,
    size: 1024 * kMiB,
    contenders: ['ours', 'discard'],
    rounds: 3,
    limits: [
      { says: 'ms of the longest task', ratio: ({ ours }) => ours, atMost: everywhere(50) },
    ],
  },
  '256 MiB from the event into a Cache': {
    measures: 'move',
    files: 1,
    size: 256 * kMiB,
    contenders: ['ours', 'native'],
  },
};
