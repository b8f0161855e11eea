/**
 * npm run test:faults -- --engine E [--grep TEXT]
 *
 * Runs the matrix and prints it: rows × outcome. `--engine` may stand several
 * times: chromium, firefox, webkit, simulator; all of them without it. `--large` runs what is
 * left out for its size. Ends with 1 when a row is not as it must be.
 *
 * npm run test:faults -- --canary
 *
 * Plants a deliberate fault, in the simulator, and ends with 1 when too few rows find it.
 */

import { parseArgs } from 'node:util';

import { engines } from '../browser/engines.mjs';
import { acceptsAny206, kRowsMin } from './canary.mjs';
import { runInBrowser } from './in-browser.mjs';
import { runInSimulator } from './in-simulator.mjs';
import { judge } from './judge.mjs';
import { webServerTable } from './on-web-servers.mjs';
import { table } from './table.mjs';

/** @typedef {import('./rows/row.mjs').Row} Row */
/** @typedef {import('./judge.mjs').Seen} Seen */

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: ['simulator', ...Object.keys(engines)] },
    grep: { type: 'string', default: '' },
    large: { type: 'boolean', default: false },
    canary: { type: 'boolean', default: false },
    repeat: { type: 'string', default: '1' },
  },
});

/** @param {string} engine */
function isSimulator(engine) {
  return engine === 'simulator';
}

/**
 * Why a row does not run there; '' when it does.
 *
 * @param {Row} row
 * @param {string} engine
 */
function reasonToSkip(row, engine) {
  if (isSimulator(engine) && !table.includes(row)) return 'needs sockets, and a real server on them';
  if (values.large) return '';
  const { skip = {} } = row;
  const inEngine = skip[/** @type {keyof typeof skip} */ (engine)];
  return inEngine ?? (Object.hasOwn(engines, engine) ? skip.browsers : '') ?? '';
}

/**
 * @param {string} engine
 * @returns {Promise<number>} How many rows failed.
 */
async function runMatrix(engine) {
  const startedAt = performance.now();
  const isWanted = (/** @type {Row} */ { name }) => name.includes(values.grep);
  const rows = table.filter(isWanted).filter((row) => reasonToSkip(row, engine) === '');
  const serverRows = isSimulator(engine) ? [] : webServerTable.filter(isWanted);
  const wanted = [...table, ...webServerTable].filter(isWanted);
  /** @type {Map<string, string>} By row. */
  const lines = new Map();
  let failed = 0;
  /** @type {import('./in-browser.mjs').OnSeen} */
  const onSeen = (row, seen, ms) => {
    const findings = seen instanceof Error ? [seen.message] : judge(row, seen, engine);
    if (findings.length > 0) failed += 1;
    lines.set(row.name, describe(row, seen, findings, ms));
  };
  if (isSimulator(engine)) await runInSimulator(rows, onSeen);
  else await runInBrowser(engine, rows, serverRows, onSeen);
  console.log(`\n${'row'.padEnd(66)} ${engine.padEnd(24)} requests     KiB      s`);
  for (const row of wanted) {
    console.log(lines.get(row.name) ?? `${row.name.padEnd(66)} skipped: ${reasonToSkip(row, engine)}`);
    if (row.documented?.[engine]) console.log(`  documented: ${row.documented[engine]}`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const ran = rows.length + serverRows.length;
  console.log(`${engine}: ${ran - failed} of ${ran} rows as they must be, ` +
    `${wanted.length - ran} skipped, ${seconds} s`);
  return failed;
}

/**
 * @param {Row} row
 * @param {Seen | Error} seen
 * @param {string[]} findings
 * @param {number} ms
 */
function describe({ name }, seen, findings, ms) {
  const outcome = seen instanceof Error ? 'no outcome' : seen.outcome;
  const numbers = seen instanceof Error ? [0, 0] : [seen.requests, Math.ceil(seen.bytes / 1024)];
  const line = `${name.padEnd(66)} ${outcome.padEnd(24)} ${String(numbers[0]).padStart(8)} ` +
    `${String(numbers[1]).padStart(7)} ${(ms / 1000).toFixed(1).padStart(6)}`;
  return findings.length === 0 ? line : `${line}\n  FAILED: ${findings.join('; ')}`;
}

async function huntCanary() {
  /** @type {string[]} */
  const caught = [];
  await runInSimulator(table, (row, seen) => {
    const findings = seen instanceof Error ? [seen.message] : judge(row, seen, 'simulator');
    if (findings.length > 0) caught.push(`${row.name}: ${findings[0]}`);
  }, { canary: acceptsAny206 });
  for (const line of caught) console.log(`caught  ${line}`);
  console.log(`${acceptsAny206.name}: ${caught.length} of ${table.length} rows notice`);
  if (caught.length < kRowsMin) process.exitCode = 1;
}

if (values.canary) {
  await huntCanary();
} else {
  let failed = 0;
  for (const engine of values.engine) {
    for (let round = 1; round <= Number(values.repeat); round += 1) {
      failed += await runMatrix(engine);
    }
  }
  if (failed > 0) process.exitCode = 1;
}
