// Scenarios: small worlds without faults, in which the worker dies after each
// awaited operation in turn. What was under way then lands, or is lost.

import { World } from './world.mjs';

/** @typedef {{name: string, play: (world: World) => Promise<unknown>}} Scenario */

const kMiB = 1024 * 1024;

/** @type {Scenario[]} */
export const kScenarios = [
  {
    name: 'one file in ranges',
    play: (world) => world.fetch([world.server.add({ length: 3 * kMiB + 5 })]),
  },
  {
    name: 'one stream',
    play: (world) => world.fetch([world.server.add({ length: 2 * kMiB, hasLength: false })]),
  },
  {
    name: 'a set of small ones',
    play: (world) =>
      world.fetch([0, 1, 4_000, 300_000].map((length) => world.server.add({ length }))),
  },
  {
    name: 'an upload',
    play: (world) => {
      const url = 'https://app.example/post?upload';
      return world.fetch([world.server.add({ url, length: 500 })], { uploadBytes: 300_000 });
    },
  },
  {
    name: 'an abort',
    play: async (world) => {
      const account = await world.fetch([world.server.add({ length: 4 * kMiB })]);
      await world.sleep(100);
      await world.abort(account);
    },
  },
  {
    name: 'one that is missing',
    play: (world) =>
      world.fetch([
        world.server.add({ length: 900 }),
        world.server.add({ length: 9, status: 404 }),
      ]),
  },
  {
    name: 'a registration made anew',
    play: async (world) => {
      await world.fetch([world.server.add({ length: 2 * kMiB })]);
      await world.sleep(50);
      await world.registerAnew();
    },
  },
];

/**
 * @param {Scenario} scenario
 * @param {(...surroundings: any[]) => void} program
 * @param {{point: number, lands: boolean, isVerbose?: boolean}} death  Point 0: it lives.
 * @returns {Promise<World>}
 */
export async function playScenario({ play }, program, { point, lands, isVerbose = false }) {
  const world = new World(1, program);
  world.isVerbose = isVerbose;
  world.strikes = (now) => now === point;
  world.landing = (count) => (lands ? count : 0);
  try {
    await world.until(play(world));
    await world.until(world.sleep(40_000));
    await world.finish();
  } catch (error) {
    throw Object.assign(/** @type {Error} */ (error), { notes: world.notes });
  }
  return world;
}
