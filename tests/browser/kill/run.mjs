/**
 * npm run test:kill -- --engine E --kills N [--seed S]
 *
 * Kills a real browser N times in the middle of its fetches, each time at a moment
 * that follows from the seed, and prints what became of them. A run that fails is
 * repeated alone by the command that its first line shows.
 */

import { parseArgs } from 'node:util';

import { startServer } from '../../server/server.mjs';
import { launch } from '../driver.mjs';
import { engines } from '../engines.mjs';
import { kMiB } from '../fetching.mjs';
import { makePlan } from './plan.mjs';
import { KillSession } from './session.mjs';

/**
 * @typedef {import('./session.mjs').RunResult} RunResult
 * @typedef {import('../../server/kill-accounts.mjs').KillCost} KillCost
 */

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});

/**
 * A session ends with the first run that fails: what it left on the profile must
 * not make others fail.
 *
 * @param {string} engine
 * @param {(session: KillSession) => Promise<void>} nextRuns
 */
async function withSession(engine, nextRuns) {
  const server = await startServer();
  const browser = await launch(engine, { server });
  try {
    const session = new KillSession({ server, browser });
    await nextRuns(session);
    await session.end();
  } finally {
    await browser.close();
    await server.close();
  }
}

/** @param {number} bytes */
function inMiB(bytes) {
  return Number((bytes / kMiB).toFixed(2));
}

/**
 * @param {string} engine
 * @param {number} runs
 * @param {number} failed
 * @param {RunResult[]} results
 * @param {KillSession[]} sessions
 */
function summaryOf(engine, runs, failed, results, sessions) {
  const costs = results.flatMap((result) => result.costs);
  const pieceCosts = results.flatMap((result) => result.pieceCosts);
  /** @param {KillCost[]} all */
  const mean = (all) => all.reduce((sum, { refetched }) => sum + refetched, 0) / all.length || 0;
  /** @param {KillCost[]} all */
  const most = (all) => Math.max(0, ...all.map(({ refetched }) => refetched));
  /** @param {(result: RunResult) => number} count */
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  return {
    engine,
    runs,
    'runs right': runs - failed,
    kills: costs.length,
    aimed: sum(({ aimed }) => aimed),
    'at their aim': sum(({ aims }) => aims),
    fetches: sum(({ fetches }) => fetches),
    events: sum(({ deliveries }) => deliveries),
    lost: sessions.reduce((total, { lost }) => total + lost, 0),
    'duplicates after acknowledgement':
      sessions.reduce((total, { duplicates }) => total + duplicates, 0),
    'never promised': sum(({ unpromised }) => unpromised),
    'uploads done': sum(({ uploadsDone }) => uploadsDone),
    'records packed, and kept': sum(({ recordsPacked }) => recordsPacked),
    'MiB again, mean': inMiB(mean(costs)),
    'MiB again, most': inMiB(most(costs)),
    'MiB allowed, least': inMiB(Math.min(...costs.map(({ bound }) => bound).filter(Boolean))),
    'of the small files, mean': inMiB(mean(pieceCosts)),
    'of the small files, most': inMiB(most(pieceCosts)),
  };
}

/** @param {string} engine */
async function killOften(engine) {
  const killsWanted = Number(values.kills);
  let [seed, kills, runs, failed] = [Number(values.seed), 0, 0, 0];
  /** @type {RunResult[]} */
  const results = [];
  /** @type {KillSession[]} */
  const sessions = [];
  while (kills < killsWanted) {
    const nextRuns = async (/** @type {KillSession} */ session) => {
      sessions.push(session);
      while (kills < killsWanted) {
        const plan = makePlan(seed, killsWanted - kills);
        const startedAt = performance.now();
        const result = await session.run(plan);
        kills += plan.kills.length;
        runs += 1;
        seed += 1;
        results.push(result);
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        const isMissed = result.aims < result.aimed;
        const moments = plan.kills.map(({ aim, afterMs }) =>
          aim ? `${aim.point} ${aim.count}${isMissed ? ' (missed)' : ''}` : `${afterMs} ms`);
        const again = [...result.costs, ...result.pieceCosts]
          .map(({ refetched }) => inMiB(refetched)).join(', ');
        console.log(`ok     ${engine} seed ${plan.seed}: killed at ${moments.join(', ')}; ` +
          `${again} MiB again; ${seconds} s`);
      }
    };
    try {
      await withSession(engine, nextRuns);
    } catch (error) {
      const plan = makePlan(seed, killsWanted - kills);
      console.error(`FAILED npm run test:kill -- --engine ${engine} ` +
        `--kills ${plan.kills.length} --seed ${seed}`);
      console.error(JSON.stringify(plan), error);
      kills += plan.kills.length;
      failed += 1;
      runs += 1;
      seed += 1;
    }
  }
  return summaryOf(engine, runs, failed, results, sessions);
}

const summaries = [];
for (const engine of values.engine) summaries.push(await killOften(engine));
for (const summary of summaries) console.table(summary);
if (summaries.some((summary) => summary.runs !== summary['runs right'])) process.exitCode = 1;
