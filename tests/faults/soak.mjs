/**
 * npm run test:soak -- --engine E --minutes 20 [--seed S]
 *
 * Rows of the matrix in random order for as long as it is told, while browsers
 * are killed, tabs closed and workers left without a page. At the end nothing may
 * be wrong, lost or stuck, and the browser may need no more memory than after
 * the first minute.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { kOwnPages, memoryOf } from '../browser-bench/growth.mjs';
import { launch } from '../browser/driver.mjs';
import { engines } from '../browser/engines.mjs';
import { Dice } from '../host/dice.mjs';
import { startServer } from '../server/server.mjs';
import { judge } from './judge.mjs';
import { SoakLane } from './soak-lane.mjs';
import { table } from './table.mjs';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'chromium' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
if (!Object.hasOwn(engines, values.engine)) throw new Error(`no engine named ${values.engine}`);

/** The driver's origin has connections for two pages of each: one comes before another goes. */
const kLanes = 2;

/** Between two kills of the browser. */
const kKillEveryMs = 4 * 60_000;

/** What happens in the middle of a row. */
const kEvents = /** @type {const} */ (
  ['nothing', 'nothing', 'nothing', 'the tab is closed', 'the worker is replaced']);

/**
 * Before a look at the memory, the browser has settled: what has ended is deleted kDropDelayMs
 * (src/base/limits.h) after its event, and memory of it is given back some time later. Before that,
 * a look would tell which rows happened to be the last.
 */
const kSettleMs = 35_000;

/** Garbage comes and goes: the least of so many looks counts. */
const kMemoryLooks = 20;
const kLookMs = 1_000;

/** What a browser has at the end, as much more than after the first minute. */
const kMemoryPercentMax = 20;

/** Rows that last: they are the matrix's. */
const kNotHere = ['redirect in a loop', 'absurd headers', 'sound, three requests'];

const rows = table.filter(({ name, skip, memory }) =>
  !skip && !memory && !kNotHere.some((text) => name.startsWith(text)));

/**
 * Whoever starts over in the middle meets a server whose faults are over, or are
 * none: a one-time URL would have been used up.
 */
const kHarmless = /^(rate|delay|chunked|expose|contentType|etag|earlyHints|bigHeader|noValidators)=/;

/**
 * Answers to ranges that lie, and lengths, are left out: asked once more without a
 * range, Firefox goes on by itself where its HTTP cache has the answer broken off,
 * by a range of its own, and believes whatever comes.
 */
const kLies = /(^|&)(ranges\.(part|status)|claim)=/;

const soundInTheEnd = rows.filter((row) => {
  const { server = '', outcome, body, request, documented, cached, records } = row;
  if (outcome || body || request || documented || cached || records) return false;
  const switches = server.split('&');
  return !kLies.test(server) &&
    switches.every((text) => !text || kHarmless.test(text) || /:\d+$/.test(text));
});

const dice = new Dice(Number(values.seed));
const minutes = Number(values.minutes);
const counts = {
  rows: 0, 'wrong bytes': 0, 'lost fetches': 0, 'stuck promises': 0, 'other findings': 0,
  kills: 0, 'tabs closed': 0, 'workers replaced': 0,
};

/** @param {string} text */
function log(text) {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`${String(seconds).padStart(5)} s  ${text}`);
}

const startedAt = performance.now();
const endsAt = startedAt + minutes * 60_000;
const driver = await startServer();
const browser = await launch(values.engine, { server: driver });
const lanes = await Promise.all(Array.from({ length: kLanes }, async () => {
  const lane = new SoakLane(browser, driver, await startServer({ driver }));
  await lane.open();
  return lane;
}));

/**
 * One round: rows in all lanes until `until`.
 *
 * @param {number} until
 */
async function runRows(until) {
  await Promise.all(lanes.map(async (lane) => {
    while (performance.now() < until) {
      const event = dice.pick([...kEvents]);
      await runOne(lane, dice.pick(event === 'nothing' ? rows : soundInTheEnd), event);
    }
  }));
}

/**
 * @param {SoakLane} lane
 * @param {import('./rows/row.mjs').Row} row
 * @param {typeof kEvents[number]} event
 */
async function runOne(lane, row, event) {
  counts.rows += 1;
  if (event === 'the tab is closed') counts['tabs closed'] += 1;
  if (event === 'the worker is replaced') counts['workers replaced'] += 1;
  try {
    account(row, await lane.run(row, event));
  } catch (error) {
    countLost(row.name, error);
    // Whatever is wrong with it must not be counted with the next row.
    await lane.reopen();
  }
}

/**
 * @param {import('./rows/row.mjs').Row} row
 * @param {import('./judge.mjs').Seen} seen
 */
function account(row, seen) {
  // What is done twice, after a kill, is asked for twice.
  const findings = judge({ ...row, requests: Infinity, times: Infinity }, seen, values.engine);
  for (const finding of findings) {
    if (finding.startsWith('wrong bytes')) counts['wrong bytes'] += 1;
    else if (finding.startsWith('a page was told')) counts['stuck promises'] += 1;
    else counts['other findings'] += 1;
    log(`FAILED ${row.name}: ${finding}`);
  }
}

/** @param {string} name @param {any} error */
function countLost(name, error) {
  counts['lost fetches'] += 1;
  log(`LOST ${name}: ${error.message.slice(0, 300)}`);
}

/** Rows begin, the browser is killed, comes back, and all of them must come to their end. */
async function killMidway() {
  const begun = await Promise.all(lanes.map(async (lane) => {
    const row = dice.pick(soundInTheEnd);
    counts.rows += 1;
    const started = await lane.start(row).catch((error) => {
      countLost(row.name, error);
      return null;
    });
    return { lane, row, started };
  }));
  await pause(dice.below(1_500));
  await browser.kill();
  counts.kills += 1;
  await browser.start();
  await Promise.all(begun.map(async ({ lane, row, started }) => {
    await lane.open();
    if (started === null) return;
    try {
      account(row, await lane.untilEnd(row, started));
    } catch (error) {
      countLost(`${row.name}, killed`, error);
    }
  }));
}

/** @returns {Promise<number>} MiB */
async function settledMemory() {
  await pause(kSettleMs);
  let least = Infinity;
  for (let look = 0; look < kMemoryLooks; look += 1) {
    least = Math.min(least, memoryOf(browser.processes(), kOwnPages));
    await pause(kLookMs);
  }
  return Math.round(least / 2 ** 20);
}

try {
  await killMidway();
  await runRows(startedAt + 60_000);
  const before = await settledMemory();
  log(`${before} MiB after the first minute; ${JSON.stringify(counts)}`);
  // The last round is a whole one: its memory is compared with that of a browser as old.
  while (performance.now() < endsAt) {
    await runRows(Math.min(endsAt, performance.now() + kKillEveryMs));
    log(`${await settledMemory()} MiB; ${JSON.stringify(counts)}`);
    if (performance.now() < endsAt) await killMidway();
  }
  const after = await settledMemory();
  const growth = Math.round((100 * (after - before)) / before);
  console.table({ engine: values.engine, minutes, seed: values.seed, ...counts,
    'MiB after the first minute': before, 'MiB at the end': after, 'growth in percent': growth });
  const wrong = counts['wrong bytes'] + counts['lost fetches'] + counts['stuck promises'] +
    counts['other findings'];
  // No growth that could be told is none that holds.
  if (wrong > 0 || !(growth <= kMemoryPercentMax)) process.exitCode = 1;
} finally {
  await browser.close();
  for (const lane of lanes) await lane.close();
  await driver.close();
}
