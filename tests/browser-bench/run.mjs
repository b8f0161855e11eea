/**
 * Measures us beside our rivals in one session of one browser, against one
 * server, by turns, and prints medians and ratios:
 *
 *   npm run bench:browser -- --engine E [--case TEXT]… [--rounds N] [--json FILE]
 *     [--core nowasm]    the build without wasm as one more contender, beside ours
 *     [--setting NAME=N] of ours, say chunkBytes=1048576
 *     [--processor]      who used the processors, thread by thread
 *
 * Ends with 1 when a ratio misses its limit. Ratios travel between machines,
 * seconds do not.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { install } from '../../js/build/install.mjs';
import { mustRun, runMain } from '../../js/build/run.mjs';
import { launch } from '../browser/driver.mjs';
import { plainRequests, rangesAsked, totalLength } from '../server/range-accounts.mjs';
import { projectRoots, startServer } from '../server/server.mjs';
import { cases } from './cases.mjs';
import { Contenders, kOurs, kRivalTimeoutMs } from './contenders.mjs';
import { diskOf, memoryOf, peakGrowth } from './growth.mjs';
import { medianOf } from './median.mjs';
import { processorBetween, processorOf } from './processor.mjs';

/**
 * @typedef {import('./cases.mjs').Case} Case
 * @typedef {import('./cases.mjs').Contender} Contender
 * @typedef {import('../browser/driver.mjs').Browser} Browser
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 *
 * @typedef {object} Verdict
 * @property {string} says
 * @property {number} ratio
 * @property {string} limit  '' where this engine has none
 * @property {boolean} holds
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string} measures
 * @property {Record<string, (number | null)[]>} values  by contender
 * @property {Record<string, number>} medians
 * @property {Record<string, Record<string, number>>} processor  ms by thread and contender
 * @property {Verdict[]} verdicts
 */

/**
 * Whoever comes next meets what the one before has left of the disk's time: each is the first
 * in turn, and the others come after it in either direction.
 *
 * @param {number} round
 * @param {Contender[]} contenders
 */
function turnsOf(round, contenders) {
  const first = round % contenders.length;
  const turns = [...contenders.slice(first), ...contenders.slice(0, first)];
  return round % 2 === 0 ? turns : turns.reverse();
}

/** @type {import('./cases.mjs').Limit} */
const kWithoutWasm = {
  says: 'without wasm against ours', ratio: ({ ours, withoutWasm }) => withoutWasm / ours,
};

/** Before memory is looked at. */
const kWarmUpBytes = 16 * 1024 * 1024;

/** Threads that used less, in every contender's median run, are not told of. */
const kProcessorMsMin = 40;

class Bench {
  #server;
  #browser;
  #contenders;
  #profile;
  #isWithoutWasm;
  #runs = 0;
  /** @type {Map<string, number>} Of the last run, with the server. */
  #processor = new Map();
  /** @type {import('./cases.mjs').Others} */
  #medians = {};

  /**
   * @param {TestServer} server
   * @param {Browser} browser
   * @param {string} profile  its folder
   * @param {Contenders} contenders
   * @param {boolean} isWithoutWasm  Whether that one competes, too.
   */
  constructor(server, browser, profile, contenders, isWithoutWasm) {
    this.#server = server;
    this.#browser = browser;
    this.#profile = profile;
    this.#contenders = contenders;
    this.#isWithoutWasm = isWithoutWasm;
  }

  /** @param {string} name @param {Case} row @param {number} rounds @returns {Promise<Outcome>} */
  async measure(name, row, rounds) {
    /** @type {Record<string, (number | null)[]>} */
    const values = {};
    /** @type {Record<string, Map<string, number>[]>} */
    const processor = {};
    for (const contender of this.#contendersOf(row)) {
      if (!(await this.#contenders.has(contender))) continue;
      values[contender] = [];
      processor[contender] = [];
    }
    for (let round = 0; round < rounds; ++round) {
      for (const contender of turnsOf(round, /** @type {Contender[]} */ (Object.keys(values)))) {
        // Once too slow, always too slow: a minute each time tells nothing new.
        if (values[contender].includes(null)) continue;
        const value = await this.#once(contender, row);
        console.log(`  ${contender}: ${value === null ? 'not in time' : value.toPrecision(4)}`);
        values[contender].push(value);
        processor[contender].push(this.#processor);
      }
    }
    const medians = Object.fromEntries(
      Object.entries(values).map(([contender, each]) =>
        // Not within the time: that is what it took.
        [contender, medianOf(each.map((value) => value ?? kRivalTimeoutMs))]),
    );
    this.#medians[name] = medians;
    return {
      name,
      measures: row.measures,
      values,
      medians,
      processor: byThread(processor),
      verdicts: this.#judge(row, medians),
    };
  }

  /** @param {Case} row */
  #contendersOf(row) {
    if (!this.#isWithoutWasm || !row.contenders.includes('ours')) return row.contenders;
    return /** @type {Contender[]} */ (['withoutWasm', ...row.contenders]);
  }

  /** @param {Contender} contender @param {Case} row @returns {Promise<number | null>} */
  async #once(contender, row) {
    this.#runs += 1;
    const name = `run${this.#runs}`;
    const urls = Array.from({ length: row.files }, (_, file) => {
      const switches = row.switches ? `&${row.switches}` : '';
      return `${this.#server.origin}/bytes/${name}-${file}?size=${row.size}&seed=${name}${switches}`;
    });
    // On the disk, all contenders end with everything in a Cache.
    const moves = row.measures === 'move' ||
      (row.measures === 'disk' && contender !== 'transfer');
    const weigh = {
      memory: () => memoryOf(this.#browser.processes()),
      disk: () => diskOf(this.#profile),
    }[/** @type {string} */ (row.measures)];
    const before = this.#processorNow();
    const run = async () => {
      const outcome = await this.#contenders.run(contender, name, urls, { moves });
      this.#processor = processorBetween(before, this.#processorNow());
      const isInTime = (moves ? outcome.movedMs : outcome.ms) !== null;
      if (!isInTime && kOurs.has(contender)) throw new Error(`${contender}: not in time`);
      return outcome;
    };
    try {
      if (weigh) {
        await this.#warmUp(contender, name);
        return await peakGrowth(weigh, run);
      }
      const { ms, movedMs, stallMs } = await run();
      if (row.measures === 'stall') return stallMs;
      if (row.measures === 'asked') {
        const { entries } = this.#server.log;
        // Of what is asked for as a whole, and cancelled, what was sent of it.
        const plain = plainRequests(entries).reduce((sum, each) => sum + each.bytesWritten, 0);
        return (totalLength(rangesAsked(entries)) + plain) / (row.files * row.size);
      }
      if (row.measures === 'bytes') {
        const written = this.#server.log.entries.reduce((sum, each) => sum + each.bytesWritten, 0);
        return written / (row.files * row.size);
      }
      return row.measures === 'move' ? movedMs : ms;
    } finally {
      await this.#contenders.cleanUp();
      this.#server.log.entries.length = 0;
    }
  }

  /**
   * What another run has left would be used again, and not be seen: the browser is started anew,
   * and has done as much once, with little.
   *
   * @param {Contender} contender @param {string} name
   */
  async #warmUp(contender, name) {
    await this.#browser.restart();
    await this.#contenders.reopen();
    const url = `${this.#server.origin}/bytes/${name}-warm?size=${kWarmUpBytes}&seed=${name}`;
    await this.#contenders.run(contender, `${name}-warm`, [url]);
    await this.#contenders.cleanUp();
  }

  #processorNow() {
    const { user, system } = process.cpuUsage();
    return processorOf(this.#browser.processes()).set('the server', (user + system) / 1000);
  }

  /** @param {Case} row @param {Record<string, number>} medians @returns {Verdict[]} */
  #judge(row, medians) {
    const { engine } = this.#browser;
    const limits = [...(row.limits ?? []), ...(this.#isWithoutWasm ? [kWithoutWasm] : [])];
    return limits.flatMap(({ says, ratio, atLeast, atMost }) => {
      const value = ratio(medians, this.#medians);
      if (Number.isNaN(value)) return [{ says, ratio: value, limit: 'not measured', holds: true }];
      const least = atLeast?.[engine];
      const most = atMost?.[engine];
      const limit = least === undefined ? (most === undefined ? '' : `<= ${most}`) : `>= ${least}`;
      const holds = value >= (least ?? -Infinity) && value <= (most ?? Infinity);
      return [{ says, ratio: value, limit, holds }];
    });
  }
}

/**
 * @param {Record<string, Map<string, number>[]>} runs  by contender
 * @returns {Record<string, Record<string, number>>} medians, by thread
 */
function byThread(runs) {
  const names = new Set(Object.values(runs).flat().flatMap((run) => [...run.keys()]));
  const rows = [...names].map((name) => [name, Object.fromEntries(
    Object.entries(runs).map(([contender, each]) =>
      [contender, Math.round(medianOf(each.map((run) => run.get(name) ?? 0)))]),
  )]);
  const isWorthTelling = (/** @type {any[]} */ [, medians]) =>
    Object.values(medians).some((ms) => ms >= kProcessorMsMin);
  return Object.fromEntries(rows.filter(isWorthTelling));
}

/** @param {Outcome[]} outcomes */
function print(outcomes) {
  console.table(outcomes.map(({ name, measures, medians }) => {
    const rounded = Object.entries(medians).map(([contender, value]) => {
      const isMemory = ['memory', 'disk'].includes(measures);
      return [contender, isMemory ? `${Math.round(value / 1e6)} MB` : Number(value.toPrecision(4))];
    });
    return { case: name, measures, ...Object.fromEntries(rounded) };
  }));
  console.table(outcomes.flatMap(({ name, verdicts }) => verdicts.map((verdict) => ({
    case: name, ...verdict, ratio: Number(verdict.ratio.toPrecision(3)),
  }))));
}

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', default: 'chromium' },
      case: { type: 'string', multiple: true, default: [''] },
      core: { type: 'string', default: 'wasm' },
      processor: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      setting: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
    },
  });
  if (!['wasm', 'nowasm'].includes(values.core)) throw new Error(`no core named ${values.core}`);
  const isWithoutWasm = values.core === 'nowasm';
  const settings = Object.fromEntries(values.setting.map((each) => {
    const [, name, value] = /^(connections|chunkBytes|retries)=(\d+)$/.exec(each) ?? [];
    if (!name) throw new Error(`no setting of ours: ${each}`);
    return [name, Number(value)];
  }));
  await install('test');
  await mustRun('node', ['js/build/build.mjs']);
  const folder = fileURLToPath(new URL('pages', import.meta.url));
  const server = await startServer({ roots: { ...projectRoots, '/bench/': folder } });
  const profile = mkdtempSync(path.join(tmpdir(), 'browser-bench-'));
  const browser = await launch(values.engine, { server, profile });
  /** @type {Outcome[]} */
  const outcomes = [];
  try {
    /** @type {import('./contenders.mjs').Side[]} */
    const sides = isWithoutWasm ? ['ours', 'withoutWasm', 'rivals'] : ['ours', 'rivals'];
    const contenders = await Contenders.open(browser, sides, settings);
    const bench = new Bench(server, browser, profile, contenders, isWithoutWasm);
    for (const [name, row] of Object.entries(cases)) {
      if (!values.case.some((text) => name.includes(text))) continue;
      if (row.engines?.includes(values.engine) === false) continue;
      console.log(`${name}, ${values.engine}`);
      outcomes.push(await bench.measure(name, row, row.rounds ?? Number(values.rounds)));
    }
  } finally {
    await browser.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
  print(outcomes);
  if (values.processor) {
    for (const { name, processor } of outcomes) {
      console.log(`${name}: ms of processors`);
      console.table(processor);
    }
  }
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify({ engine: values.engine, core: values.core, settings, outcomes }, null, 2)}\n`);
  }
  if (outcomes.some(({ verdicts }) => verdicts.some(({ holds }) => !holds))) process.exitCode = 1;
});
