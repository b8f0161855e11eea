/**
 * npm run test:lifetime -- --engine E
 *
 * Every scenario, with the ones that take minutes: how long a download goes on
 * when its pages are closed or hidden. Notes what was measured and writes the
 * table of all engines into the project's README.
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
import { renderTable } from './table.mjs';

/** @typedef {import('./scenarios.mjs').Parts} Parts */
/** @typedef {import('./table.mjs').Measured} Measured */

const kMeasuredFile = fileURLToPath(new URL('measured.json', import.meta.url));
const kReadme = fileURLToPath(new URL('../../../README.md', import.meta.url));

/** Between these lines of the README. */
const kTable = /(<!-- npm run test:lifetime -->\n)[^]*?(\n<!-- end -->)/;

/** A worker that nobody asks any more is ended after 30 s, in the engines that end any. */
const kHiddenMs = 180_000;

/** A browser that wants to go on by itself does so within seconds of its start. */
const kAloneMs = 30_000;

const { values } = parseArgs({
  options: { engine: { type: 'string', multiple: true, default: Object.keys(engines) } },
});

/**
 * @param {Parts} parts
 * @returns {Promise<Measured>}
 */
async function measure(parts) {
  // First: a sync that another download has asked for may come minutes later.
  const { wentOnMs: closedMs } = await closeUntilSilent(parts, { withSync: false });
  const synced = await hasBackgroundSync(parts)
    ? await closeUntilSilent(parts, { withSync: true }) : null;
  await closeAndReopen(parts);
  await startOffline(parts);
  await goOfflineMidway(parts);
  await useTwoTabs(parts);
  const { activeMs } = await updateMidway(parts);
  const { wentOnMs: hiddenMs } = await hide(parts, kHiddenMs);
  const { requestsAlone } = await restartBrowser(parts, kAloneMs);
  return {
    version: await versionOf(parts),
    closedMs,
    synced,
    activeMs,
    hiddenMs,
    aloneMs: kAloneMs,
    resumesAlone: requestsAlone > 0,
  };
}

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
 * @param {Measured} ofEngine
 */
function note(engine, ofEngine) {
  // Read now: other engines may be measured beside this one.
  const measured = { ...JSON.parse(readFileSync(kMeasuredFile, 'utf8')), [engine]: ofEngine };
  writeFileSync(kMeasuredFile, `${JSON.stringify(measured, null, 2)}\n`);
  const table = renderTable(measured);
  console.log(table);
  const readme = readFileSync(kReadme, 'utf8');
  if (!kTable.test(readme)) throw new Error('the README has no place for the table');
  writeFileSync(kReadme, readme.replace(kTable, (_, begin, end) => `${begin}\n${table}\n${end}`));
}

for (const engine of values.engine) {
  const server = await startServer();
  const browser = await launch(engine, { server });
  try {
    note(engine, await measure({ browser, server }));
  } finally {
    await browser.close();
    await server.close();
  }
}
