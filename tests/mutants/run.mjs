// How much do the tests of the core notice? Changes one thing at a time in a
// copy of src/ and sees whether the unit tests or the simulation fail.
//
//   node tests/mutants/run.mjs [--count 100] [--seed 1] [--seeds 3000]
//                              [--file src/engine/engine.cc]
//
// Mutants that do not compile do not count. Survivors are listed: each is a
// test that is missing, or a change that changes nothing.

import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { install } from '../../js/build/install.mjs';
import { kProjectFolder, mustRun, run, runMain, secondsSince } from '../../js/build/run.mjs';
import { applyMutation, kKinds, mutationsOf } from './mutations.mjs';

const kFolder = 'build/mutants';
const kCopied = [
  'CMakeLists.txt',
  'src',
  'tests/fuzz',
  'tests/golden',
  'tests/simulation',
  'tests/unit',
];
const kLayers = ['base', 'ranges', 'fetch', 'journal', 'engine'];
const kKilledPercentMin = 90;

// The machines that this runs on have two cores.
const kCopies = 2;

// A mutant that runs longer, or wants more memory, loops: that is noticed.
const kSecondsMax = 120;
const kMemoryKiBMax = 2 * 1024 * 1024;

/**
 * @typedef {import('./mutations.mjs').Mutation & {file: string}} Mutant
 * @typedef {{mutant: Mutant, killer: string | null}} Verdict  Null: survived.
 */

/** @param {number} seed @returns {(bound: number) => number} */
function makeRandom(seed) {
  let state = BigInt(seed);
  return (bound) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(bound));
  };
}

/**
 * In random order, the kinds in turn: there are far more operators than
 * statements.
 *
 * @param {string[]} files
 * @param {number} seed
 * @returns {Mutant[]}
 */
function allMutants(files, seed) {
  const below = makeRandom(seed);
  const byKind = new Map(kKinds.map((kind) => [kind, /** @type {Mutant[]} */ ([])]));
  for (const file of files) {
    for (const mutation of mutationsOf(readFileSync(join(kProjectFolder, file), 'utf8'))) {
      byKind.get(mutation.kind)?.push({ ...mutation, file });
    }
  }
  const mutants = [];
  while (byKind.size > 0) {
    for (const [kind, left] of byKind) {
      if (left.length === 0) byKind.delete(kind);
      else mutants.push(...left.splice(below(left.length), 1));
    }
  }
  return mutants;
}

/** One copy of the sources, its build, and the tests that hold mutants against it. */
class Copy {
  #sources;
  #build;
  #simulationSeeds;

  /** @param {number} number @param {number} simulationSeeds */
  constructor(number, simulationSeeds) {
    this.#sources = `${kFolder}/${number}/source`;
    this.#build = `${kFolder}/${number}/build`;
    this.#simulationSeeds = simulationSeeds;
  }

  async prepare() {
    rmSync(join(kProjectFolder, this.#sources), { recursive: true, force: true });
    mkdirSync(join(kProjectFolder, this.#sources), { recursive: true });
    for (const path of kCopied) {
      cpSync(join(kProjectFolder, path), join(kProjectFolder, this.#sources, path), {
        recursive: true,
        preserveTimestamps: true,
      });
    }
    // A variable that is no longer used is no reason not to look.
    const cmake = join(kProjectFolder, this.#sources, 'CMakeLists.txt');
    writeFileSync(cmake, readFileSync(cmake, 'utf8').replace(' -Werror', ' -w'));
    const options = ['-G', 'Ninja', '-DCMAKE_BUILD_TYPE=None', '-DCMAKE_CXX_FLAGS=-O1'];
    await mustRun('cmake', ['-S', this.#sources, '-B', this.#build, ...options], { quiet: true });
    const killer = await this.#findKiller('base');
    if (killer) throw new Error(`Without any mutation ${killer} fails already`);
  }

  /**
   * @param {Mutant} mutant
   * @returns {Promise<Verdict | null>} Null: it does not compile.
   */
  async judge(mutant) {
    const path = join(kProjectFolder, this.#sources, mutant.file);
    const original = readFileSync(path, 'utf8');
    const [, layer] = mutant.file.split('/');
    try {
      writeFileSync(path, applyMutation(original, mutant));
      if (!(await this.#compiles(layer))) return null;
      return { mutant, killer: await this.#findKiller(layer) };
    } finally {
      writeFileSync(path, original);
    }
  }

  /** @param {string} target */
  #make(target) {
    return run('cmake', ['--build', this.#build, '--target', target], { quiet: true });
  }

  /** @param {string} layer */
  async #compiles(layer) {
    return (await this.#make(`background_fetch_${layer}`)).code === 0;
  }

  /**
   * The exact tests of the layer itself first: they are the likeliest, and the
   * quickest to link.
   *
   * @param {string} layer
   * @returns {Promise<string | null>} The first test program that fails.
   */
  async #findKiller(layer) {
    const above = kLayers.slice(kLayers.indexOf(layer));
    for (const name of above) {
      if (!(await this.#passes(`${name}_test`, `tests/unit/${name}_test`))) return `${name}_test`;
    }
    if (!(await this.#passes('golden_test', 'tests/golden/golden_test'))) return 'golden_test';
    const seeds = ['--seeds', String(this.#simulationSeeds)];
    const isSimulated = this.#simulationSeeds > 0;
    if (isSimulated && !(await this.#passes('simulation', 'tests/simulation/simulation', seeds))) {
      return 'simulation';
    }
    return null;
  }

  /** @param {string} target @param {string} program @param {string[]} [args] */
  async #passes(target, program, args = []) {
    const made = await this.#make(target);
    if (made.code !== 0) throw new Error(`${target} does not link:\n${made.output}`);
    const limited = `ulimit -v ${kMemoryKiBMax}; exec timeout ${kSecondsMax} "$0" "$@"`;
    const { code } = await run('sh', ['-c', limited, `${this.#build}/${program}`, ...args], {
      quiet: true,
    });
    return code === 0;
  }
}

/** @param {Mutant} mutant */
function describe({ file, line, kind, before, after }) {
  return `${file}:${line} (${kind})\n    - ${before.trim()}\n    + ${after.trim()}`;
}

/** @param {Verdict} verdict */
function print({ mutant, killer }) {
  console.log(`${killer ? `killed by ${killer}` : 'SURVIVED'}: ${describe(mutant)}`);
}

function sourceFiles() {
  return readdirSync(join(kProjectFolder, 'src'), { recursive: true })
    .map((name) => `src/${name}`)
    .filter((name) => name.endsWith('.cc'))
    .sort();
}

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '3000' },
      file: { type: 'string', multiple: true },
    },
  });
  const count = Number(values.count);
  await install('test');
  const startedMs = performance.now();
  const simulationSeeds = Number(values.seeds);
  console.log('Building two copies of the core (some minutes the first time)');
  const copies = Array.from({ length: kCopies }, (_, i) => new Copy(i, simulationSeeds));
  await Promise.all(copies.map((copy) => copy.prepare()));

  const waiting = allMutants(values.file ?? sourceFiles(), Number(values.seed));
  /** @type {Verdict[]} */
  const verdicts = [];
  let discarded = 0;
  /** @param {Copy} copy */
  const work = async (copy) => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const verdict = await copy.judge(mutant);
      if (verdicts.length >= count) return;
      if (verdict) {
        verdicts.push(verdict);
        print(verdict);
      } else {
        discarded += 1;
      }
    }
  };
  await Promise.all(copies.map(work));

  const survivors = verdicts.filter(({ killer }) => !killer);
  const killed = verdicts.length - survivors.length;
  console.log(`\n${killed} of ${verdicts.length} killed in ${secondsSince(startedMs)}`);
  console.log(`${discarded} did not compile and do not count`);
  for (const { mutant } of survivors) console.log(describe(mutant));
  if (killed * 100 < kKilledPercentMin * verdicts.length) {
    throw new Error(`At least ${kKilledPercentMin} % are wanted`);
  }
});
