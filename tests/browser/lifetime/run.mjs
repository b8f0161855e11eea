/**
 * npm run test:lifetime -- --engine E [--only MEASURE]
 *
 * Every scenario, with the ones that take minutes: how long a download goes on
 * when its pages are closed or hidden. Notes what was measured and writes the
 * table of all engines into the project's README. Ends with 1 when a scenario
 * fails, and when a new version of the worker was active too late.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { startServer } from '../../server/server.mjs';
import { launch } from '../driver.mjs';
import { engines } from '../engines.mjs';
import {
  closeAndReopen, closeUntilSilent, goOfflineMidway, hasBackgroundSync, hide, restartBrowser,
  startOffline, updateMidway, useTwoTabs,
} from './scenarios.mjs';
import { renderTable, withTable } from './table.mjs';

/** @typedef {import('./scenarios.mjs').Parts} Parts */
/** @typedef {import('./table.mjs').Measured} Measured */

const kMeasuredFile = fileURLToPath(new URL('measured.json', import.meta.url));
const kReadme = fileURLToPath(new URL('../../../README.md', import.meta.url));

/** Chromium slows the timers of pages that are hidden for 300 s to one a minute. */
const kHiddenMs = 360_000;

/** A browser that wants to go on by itself at once does so within seconds of its start. */
const kAloneMs = 30_000;

/** Our work in a sync event is over by then, and unfinished. */
const kSyncOverMs = 165_000;

/** Chromium pauses 300 s before it tries such a sync again. */
const kSyncAgainMs = 360_000;

const kUpdates = 5;

/** What a new version of the worker may take to be active, with an idle machine. */
const kActiveMsMax = { chromium: 2_000, firefox: 2_000, webkit: 5_000 };

/**
 * Each in a browser of its own: a sync that one download has asked for may come
 * minutes later, and start the worker of the next.
 *
 * @type {Record<string, (parts: Parts) => Promise<Partial<Measured>>>}
 */
const kMeasures = {
  closed: async (parts) => {
    const { wentOnMs: closedMs } = await closeUntilSilent(parts, { withSync: false });
    return { closedMs };
  },
  synced: async (parts) => {
    const isThere = await hasBackgroundSync(parts);
    return { synced: isThere ? await closeUntilSilent(parts, { withSync: true }) : null };
  },
  survived: async (parts) => {
    await closeAndReopen(parts);
    await startOffline(parts);
    await goOfflineMidway(parts);
    await useTwoTabs(parts);
    return { version: await versionOf(parts) };
  },
  updated: async (parts) => {
    const tookMs = [];
    for (let round = 0; round < kUpdates; round += 1) {
      tookMs.push((await updateMidway(parts, round)).activeMs);
    }
    tookMs.sort((a, b) => a - b);
    return { activeMs: tookMs[Math.floor(kUpdates / 2)] };
  },
  hidden: async (parts) => {
    const { isHidden } = await hide(parts, kHiddenMs);
    return { hiddenMs: isHidden ? kHiddenMs : null };
  },
  restarted: async (parts) => {
    const aloneMs = await restartBrowser(parts, { aloneMs: kAloneMs });
    return { restarted: { aloneMs, watchedMs: kAloneMs } };
  },
  restartedLater: async (parts) => {
    if (!(await hasBackgroundSync(parts))) return { restartedLater: null };
    const aloneMs = await restartBrowser(parts, { laterMs: kSyncOverMs, aloneMs: kSyncAgainMs });
    return { restartedLater: { aloneMs, watchedMs: kSyncAgainMs } };
  },
};

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    only: { type: 'string', multiple: true, default: Object.keys(kMeasures) },
  },
});

/**
 * WebKitGTK names none that its users would know.
 *
 * @param {Parts} parts
 */
async function versionOf({ browser, server }) {
  const page = await browser.open(`${server.driverOrigin}/pages/orders.html?polyfill=off`);
  const name = await page.run(() => navigator.userAgent);
  await page.close();
  return /(?:Chrome|Firefox)\/(\d+)/.exec(name)?.[1] ?? '';
}

/**
 * @param {string} engine
 * @param {Partial<Measured>} found
 */
function note(engine, found) {
  // Read now: other engines may be measured beside this one.
  const measured = JSON.parse(readFileSync(kMeasuredFile, 'utf8'));
  measured[engine] = { ...measured[engine], ...found };
  writeFileSync(kMeasuredFile, `${JSON.stringify(measured, null, 2)}\n`);
  console.log(renderTable(measured));
  const readme = readFileSync(kReadme, 'utf8');
  writeFileSync(kReadme, withTable(readme, measured));
}

/**
 * @param {string} engine
 * @param {Partial<Measured>} found
 */
function judge(engine, { activeMs = 0 }) {
  const most = kActiveMsMax[/** @type {keyof typeof kActiveMsMax} */ (engine)];
  if (activeMs <= most) return;
  console.error(`FAILED ${engine}: a new version was active after ${activeMs} ms, not ${most}`);
  process.exitCode = 1;
}

for (const engine of values.engine) {
  for (const name of values.only) {
    const server = await startServer();
    const browser = await launch(engine, { server });
    try {
      const found = await kMeasures[name]({ browser, server });
      note(engine, found);
      judge(engine, found);
    } finally {
      await browser.close();
      await server.close();
    }
  }
}
