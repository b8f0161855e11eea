// Scenarios: small worlds without faults, in which the worker dies after each
// awaited operation in turn. What was under way then lands, or is lost.

import { World } from './world.mjs';

/** @typedef {{name: string, play: (world: World) => Promise<unknown>}} Scenario */

const kMiB = 1024 * 1024;

/** One that waits for what does not come again gives up. */
const kPlayMsMax = 60_000;

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
  {
    name: 'a registration made anew while more waits to be stored',
    play: async (world) => {
      world.storageMsMax = 100;
      const resources = Array.from({ length: 20 }, () => world.server.add({ length: 20_000 }));
      await world.fetch(resources);
      await world.sleep(100);
      await world.registerAnew();
    },
  },
  {
    name: 'deaths that leave files without their ends',
    play: async (world) => {
      world.storageMsMax = 100;
      world.faults.fileDamage = 100;
      await world.fetch([world.server.add({ length: 1.5 * kMiB })]);
      for (let deaths = 0; deaths < 3; deaths += 1) {
        await untilStoringFile(world);
        world.crash();
      }
    },
  },
  {
    name: 'a stream that a death breaks off',
    play: async (world) => {
      await world.fetch([world.server.add({ length: 6 * kMiB, hasLength: false })]);
      await world.sleep(4_500);
      world.crash();
    },
  },
  {
    name: 'an answer that cannot be cloned',
    play: async (world) => {
      const account = await world.fetch([world.server.add({ length: 900 })]);
      world.faults.post = 100;
      await world.pages[1].ask('get', { id: account.id }).catch(() => {});
      world.faults.post = 0;
    },
  },
  {
    name: 'what the store refuses to delete',
    play: async (world) => {
      await world.fetch([world.server.add({ length: 900 })]);
      await world.sleep(10_000);
      world.faults.write = 100;
      await world.sleep(30_000);
    },
  },
  {
    name: 'what the store refuses to delete once',
    play: async (world) => {
      await world.fetch([world.server.add({ length: 900 })]);
      await world.sleep(10_000);
      const before = world.storageFaults;
      world.faults.write = 100;
      // What tells nothing is tried again at once.
      while (world.storageFaults < before + 2 && world.scheduler.now < kPlayMsMax) {
        await world.sleep(1);
      }
      world.faults.write = 0;
      await world.sleep(30_000);
    },
  },
  {
    name: 'an update while nothing moves',
    play: async (world) => {
      await world.fetch([world.server.add({ length: 5 * kMiB })]);
      world.goOffline();
      await world.sleep(5_000);
      await world.update();
    },
  },
];

/** @param {World} world */
async function untilStoringFile(world) {
  while (!world.isStoringFile() && world.scheduler.now < kPlayMsMax) await world.sleep(1);
}

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
