// The binding's reader of foreign values, bindings/border.js, by lot: the core
// that ships gets whatever JavaScript can hand it.
//
//   node tests/fuzz/binding/fuzz.mjs [--seconds 30] [--seed S] [--verbose]
//
// --seed: that one sequence, as a failure prints it. Without it, one sequence
// after the other from a seed that is printed, until the time is over.
//
// A sequence keeps the host's rules and so must never stop the engine: it carries
// out commands as a host does, with answers by lot. In between it calls every
// entry with one value of a good call replaced by a bad one. Then either the
// value was converted as JavaScript does, or an error came and nothing has
// changed: not the engine's answers, not its journal.

import { parseArgs } from 'node:util';
import { runMain } from '../../../js/build/run.mjs';
import { loadCore } from '../../bindings/load-core.mjs';
import { Dice } from '../../host/dice.mjs';
import { kCases } from './cases.mjs';
import { makeBad, mayBreakRules, pathsOf, withValueAt } from './bad-values.mjs';
import { Driver, kErrorNames } from './driver.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const kStepsPerSequence = 150;

/**
 * @param {Driver} driver
 * @param {string} name
 * @param {unknown[]} call
 * @param {string} what
 * @returns {boolean} Whether it was refused.
 */
function tryBad(driver, name, call, what) {
  const before = driver.picture();
  try {
    driver.call(name, call);
  } catch (error) {
    const isExpected = kErrorNames.includes(/** @type {Error} */ (error)?.name);
    if (!isExpected) throw new Error(`${name}(${what}) threw ${describe(error)}`);
    if (driver.picture() !== before) throw new Error(`${name}(${what}) threw and changed things`);
    return true;
  }
  return false;
}

/** @param {any} error */
function describe(error) {
  return `${error?.name ?? typeof error}: ${error?.stack ?? String(error)}`;
}

/** @param {number} seed */
async function runSequence(seed) {
  const dice = new Dice(seed);
  const driver = await Driver.start(dice, loadCore);
  let refused = 0;
  let taken = 0;
  for (let step = 0; step < kStepsPerSequence; step += 1) {
    if (dice.chance(50)) {
      driver.step();
      continue;
    }
    const { name, call, done } = driver.nextCall();
    const path = dice.pick(pathsOf(call));
    const bad = makeBad(dice);
    if (mayBreakRules(call, path, bad.value)) continue;
    const what = `${path.join('.')} = ${bad.text}`;
    if (options.verbose) console.log(`${step} ${name}(${what})`);
    if (tryBad(driver, name, withValueAt(call, path, bad.value), what)) {
      refused += 1;
      continue;
    }
    taken += 1;
    done();
    driver.carryOut();
  }
  driver.finish();
  return { refused, taken };
}

/** Those that were found before, each in an engine of its own. */
async function runCases() {
  for (const { name, entry, call } of kCases) {
    const driver = await Driver.start(new Dice(1), loadCore);
    const isRefused = tryBad(driver, entry, call, name);
    if (!isRefused) throw new Error(`${name}: is not refused`);
    driver.finish();
  }
}

await runMain(async () => {
  const { seconds } = options;
  const until = performance.now() + Number(seconds) * 1000;
  let seed = options.seed === undefined ? Date.now() % 1_000_000_000 : Number(options.seed);
  await runCases();
  console.log(`${kCases.length} known cases; from seed ${seed}`);
  const sum = { sequences: 0, refused: 0, taken: 0 };
  do {
    try {
      const { refused, taken } = await runSequence(seed);
      sum.sequences += 1;
      sum.refused += refused;
      sum.taken += taken;
    } catch (error) {
      console.log(`node tests/fuzz/binding/fuzz.mjs --seed ${seed} --verbose`);
      throw error;
    }
    seed += 1;
  } while (options.seed === undefined && performance.now() < until);
  console.log(
    `${sum.sequences} sequences, ${sum.refused} values refused, ${sum.taken} converted`,
  );
});
