/**
 * The matrix in one real browser: several lanes beside each other, each with a
 * server, a page and a worker of its own, so that no row takes another's
 * connections or hurries its clock.
 */

import { memoryOf, peakGrowth } from '../browser-bench/growth.mjs';
import { launch } from '../browser/driver.mjs';
import { startServer } from '../server/server.mjs';
import { isReplacementDue, queriesOf, slugOf } from './judge.mjs';
import { Lane } from './lane.mjs';
import { runOnWebServers } from './on-web-servers.mjs';

/** Pages that the driver's origin has connections for: tests/browser/README.md. */
const kLanes = 4;

/** The server hears of the end of connections by then. */
const kQuietTimeoutMs = 20_000;

/**
 * @typedef {import('../browser/driver.mjs').Browser} Browser
 * @typedef {import('../browser/driver.mjs').Page} Page
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 * @typedef {import('./rows/row.mjs').Row} Row
 * @typedef {import('./judge.mjs').Seen} Seen
 */

/** So that no two runs of a row share a name. */
let lastName = 0;

/**
 * What a server of ours has to serve for a row.
 *
 * @param {Lane} lane
 * @param {TestServer} server
 * @param {Row} row
 * @returns {Promise<{names: string[], urls: string[]}>}
 */
export async function prepareRow(lane, server, row) {
  const { origin, crossOrigin } = server;
  const base = row.origin === 'cross' ? crossOrigin : origin;
  lastName += 1;
  const queries = queriesOf(row);
  const names = queries.map((_, index) => `${slugOf(row.name)}-${lastName}-${index}`);
  const urls = names.map((name, index) => `${base}/bytes/${name}?${queries[index]}`);
  if (row.cached) {
    server.setSwitches(names[0], row.cached);
    await lane.page.run(async (url) => void (await (await fetch(url)).arrayBuffer()), urls[0]);
    server.setSwitches(names[0], row.server ?? '');
  }
  return { names, urls };
}

/**
 * A row of the table, asked of a server of ours.
 *
 * @param {Lane} lane
 * @param {TestServer} server
 * @param {Row} row
 * @returns {Promise<Seen>}
 */
async function runRow(lane, server, row) {
  const { log } = server;
  const { names, urls } = await prepareRow(lane, server, row);
  const id = await lane.startAt(urls, row);
  if (row.replacedAt) {
    await log.until(names[0], (entries) => isReplacementDue(row, entries));
    await lane.replaceWorker();
    await lane.hurry(row.waits ?? '');
  }
  const { told, report } = await lane.untilEnd(id);
  let requests = 0;
  let bytes = 0;
  for (const name of names) {
    const entries = await log.until(
      name, (all) => all.every(({ endedAt }) => endedAt), kQuietTimeoutMs);
    requests += entries.length;
    bytes += log.bytesWritten(name);
  }
  const { result, failureReason, records } = report;
  return { outcome: failureReason || result, told, records, requests, bytes };
}

/**
 * @typedef {(row: Row, seen: Seen | Error, ms: number) => void} OnSeen
 *
 * @param {string} engine
 * @param {Row[]} rows  of the table
 * @param {import('./on-web-servers.mjs').ServerRow[]} serverRows
 * @param {OnSeen} onSeen
 */
export async function runInBrowser(engine, rows, serverRows, onSeen) {
  const driver = await startServer();
  const browser = await launch(engine, { server: driver });
  try {
    const waiting = rows.filter(({ memory }) => !memory);
    const runWaiting = () => withLane(browser, driver, async (run) => {
      for (let row = waiting.shift(); row; row = waiting.shift()) await run(row, onSeen);
    });
    await Promise.all(Array.from({ length: Math.min(kLanes, waiting.length) }, runWaiting));
    const alone = rows.filter(({ memory }) => memory);
    if (alone.length > 0) {
      await withLane(browser, driver, async (run) => {
        for (const row of alone) await runMeasured(browser, row, run, onSeen);
      });
    }
    await runOnWebServers(browser, driver, serverRows, onSeen);
  } finally {
    await browser.close();
    await driver.close();
  }
}

/** @typedef {(row: Row, onSeen: OnSeen) => Promise<void>} RunRow */

/**
 * @param {Browser} browser
 * @param {TestServer} driver
 * @param {(run: RunRow) => Promise<void>} work
 */
async function withLane(browser, driver, work) {
  const server = await startServer({ driver });
  try {
    const lane = new Lane(browser, driver, server);
    await lane.open();
    await work(async (row, onSeen) => {
      const startedAt = performance.now();
      const seen = await runRow(lane, server, row).catch((/** @type {Error} */ error) => {
        lane.endIfLost(error);
        return error;
      });
      onSeen(row, seen, performance.now() - startedAt);
    });
    await lane.close();
  } finally {
    await server.close();
  }
}

/**
 * @param {Browser} browser
 * @param {Row} row
 * @param {RunRow} run
 * @param {OnSeen} onSeen
 */
async function runMeasured(browser, row, run, onSeen) {
  /** @type {{seen: Seen | Error, ms: number} | null} */
  let outcome = null;
  const sample = () => memoryOf(browser.processes());
  const memory = await peakGrowth(sample, () => run(row, (_, seen, ms) => {
    outcome = { seen, ms };
  }));
  const { seen, ms } = /** @type {{seen: Seen | Error, ms: number}} */ (
    /** @type {unknown} */ (outcome));
  onSeen(row, seen instanceof Error ? seen : { ...seen, memory }, ms);
}
