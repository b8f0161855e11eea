// npm run test:simulation: builds the simulator and runs it.
//
//   npm run test:simulation                   what npm test runs of it
//   npm run test:simulation -- --seeds N [--seed S]   N worlds, from seed S on
//   npm run test:simulation -- --seed S       one world, its last steps if it breaks
//   npm run test:simulation -- --exhaustive   a crash at every point
//
// main.cc has the rest of its options.

import { mustRun, run, runMain } from '../../js/build/run.mjs';

const kSimulation = 'build/native-release/tests/simulation/simulation';

/** Enough for every fault to meet every other, in a minute on two slow cores. */
const kSeedsInNpmTest = 20_000;

/** @param {string[]} args */
async function simulate(args) {
  const { code } = await run(kSimulation, args);
  if (code !== 0) process.exitCode = 1;
}

await runMain(async () => {
  await mustRun('cmake', ['--preset', 'native-release'], { quiet: true });
  await mustRun(
    'cmake',
    ['--build', '--preset', 'native-release', '--target', 'simulation'],
    { quiet: true },
  );
  const args = process.argv.slice(2);
  if (args.length > 0) return simulate(args);
  await simulate(['--exhaustive']);
  await simulate(['--seeds', String(kSeedsInNpmTest)]);
});
