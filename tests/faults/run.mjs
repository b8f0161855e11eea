/**
 * npm run test:faults -- --engine E [--grep TEXT]
 *
 * Runs the matrix and prints it: rows × outcome. `--engine` may stand several
 * times: chromium, firefox, webkit, simulator; all of them without it. `--rerun-failed` gives a second
 * run, on a machine that has nothing else to do then, to the few rows that failed, and to those that a
 * browser never came to because it broke down; `--repeat N` runs all of it N times. Ends with 1 when a
 * row is not as it must be.
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
import { rowsOfRanges, table } from './table.mjs';

/** @typedef {import('./rows/row.mjs').Row} Row */
/** @typedef {import('./judge.mjs').Seen} Seen */

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: ['simulator', ...Object.keys(engines)] },
    grep: { type: 'string', default: '' },
    'rerun-failed': { type: 'boolean', default: false },
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
  const { skip = {} } = row;
  const inEngine = skip[/** @type {keyof typeof skip} */ (engine)];
  return inEngine ?? (Object.hasOwn(engines, engine) ? skip.browsers : '') ?? '';
}

/** Rows that may have a second run: more than these is no accident of a busy machine. */
const kSecondRunsMax = 4;

/** @typedef {{row: Row, text: string, hasFailed: boolean}} Line */

/**
 * @param {string} engine
 * @param {(row: Row) => boolean} isWanted
 * @param {Map<string, Line>} lines  By name, of the rows that ran: it adds them one by one.
 */
async function runRows(engine, isWanted, lines) {
  let isOver = false;
  /** @type {import('./in-browser.mjs').OnSeen} */
  const onSeen = (row, seen, ms) => {
    // Of a browser that has broken down: what other lanes had under way.
    if (isOver) return;
    const findings = seen instanceof Error ? [seen.message] : judge(row, seen, engine);
    const text = describe(row, seen, findings, ms);
    lines.set(row.name, { row, text, hasFailed: findings.length > 0 });
    // The table comes at the end, and says what failed; whoever waits for it learns that much.
    if (findings.length > 0) console.log(`${row.name}: ${findings.join('; ')}`);
  };
  const rows = table.filter((row) => isWanted(row) && reasonToSkip(row, engine) === '');
  try {
    if (isSimulator(engine)) await runInSimulator(rows, onSeen);
    else await runInBrowser(engine, rows, webServerTable.filter(isWanted), onSeen);
  } finally {
    isOver = true;
  }
}

/**
 * @param {Row[]} wanted
 * @param {Map<string, Line>} lines
 * @returns {Row[]} Those that failed, when they are few, and those without a verdict.
 */
function rowsToRunAgain(wanted, lines) {
  const failed = wanted.filter(({ name }) => lines.get(name)?.hasFailed);
  const unseen = wanted.filter(({ name }) => !lines.has(name));
  return failed.length > kSecondRunsMax ? unseen : [...failed, ...unseen];
}

/**
 * @param {string} engine
 * @returns {Promise<number>} How many rows failed.
 */
async function runMatrix(engine) {
  const startedAt = performance.now();
  const isWanted = (/** @type {Row} */ { name }) => name.includes(values.grep);
  const wanted = [...table, ...webServerTable].filter(isWanted);
  /** @type {Map<string, Line>} */
  const lines = new Map();
  if (values['rerun-failed']) {
    await runRows(engine, isWanted, lines).catch(({ stack }) => {
      console.log(`${engine} broke down: ${stack}`);
    });
    const runnable = wanted.filter((row) => reasonToSkip(row, engine) === '');
    const again = rowsToRunAgain(runnable, lines);
    if (again.length > 0) {
      console.log(`once more: ${again.map(({ name }) => name).join('; ')}`);
      await runRows(engine, (row) => again.includes(row), lines);
    }
  } else {
    await runRows(engine, isWanted, lines);
  }
  console.log(`\n${'row'.padEnd(72)} ${engine.padEnd(24)} requests     KiB      s`);
  let skipped = 0;
  for (const row of wanted) {
    const line = lines.get(row.name);
    if (!line) skipped += 1;
    console.log(line?.text ?? `${row.name.padEnd(72)} skipped: ${reasonToSkip(row, engine)}`);
    if (row.documented?.[engine]) console.log(`  documented: ${row.documented[engine]}`);
  }
  const failed = [...lines.values()].filter(({ hasFailed }) => hasFailed).length;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${engine}, ${seconds} s`);
  console.log(`# pass ${lines.size - failed}\n# fail ${failed}\n# skipped ${skipped}`);
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
  const line = `${name.padEnd(72)} ${outcome.padEnd(24)} ${String(numbers[0]).padStart(8)} ` +
    `${String(numbers[1]).padStart(7)} ${(ms / 1000).toFixed(1).padStart(6)}`;
  return findings.length === 0 ? line : `${line}\n  FAILED: ${findings.join('; ')}`;
}

async function huntCanary() {
  /** @type {string[]} */
  const caught = [];
  await runInSimulator(rowsOfRanges, (row, seen) => {
    const findings = seen instanceof Error ? [seen.message] : judge(row, seen, 'simulator');
    if (findings.length > 0) caught.push(`${row.name}: ${findings[0]}`);
  }, { canary: acceptsAny206 });
  for (const line of caught) console.log(`caught  ${line}`);
  console.log(`${acceptsAny206.name}: ${caught.length} of ${rowsOfRanges.length} rows notice`);
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
