// Chaos: a world in which everything happens by lot, and which then becomes kind.

import { World } from './world.mjs';

const kMiB = 1024 * 1024;

/**
 * @param {number} seed
 * @param {(...surroundings: any[]) => void} program
 * @param {boolean} [isVerbose]
 * @returns {Promise<World>}
 */
export async function runChaos(seed, program, isVerbose = false) {
  const world = new World(seed, program);
  world.isVerbose = isVerbose;
  try {
    beUnkind(world);
    await world.until(live(world));
    await world.finish();
  } catch (error) {
    throw Object.assign(/** @type {Error} */ (error), { notes: world.notes });
  }
  return world;
}

/** @param {World} world */
function beUnkind(world) {
  const { dice } = world;
  const faults = {
    network: dice.pick([0, 5, 20, 40]),
    write: dice.pick([0, 0, 0, 3, 15]),
    open: dice.pick([0, 0, 0, 5]),
    close: dice.pick([0, 0, 1, 5]),
    post: dice.pick([0, 0, 0, 2]),
    fileDamage: dice.pick([0, 50]),
    refusesBlobs: dice.chance(5),
    clock: dice.chance(20),
  };
  world.faults = faults;
  world.bytesPerMs = dice.pick([50, 500, 5_000]);
  world.storageMsMax = dice.pick([3, 3, 3, 100]);
  const deathOneIn = dice.pick([0, 15, 40, 150, 500]);
  world.strikes = () => deathOneIn > 0 && dice.below(deathOneIn) === 0;
}

/** @param {World} world */
async function live(world) {
  const { dice } = world;
  const lifeMs = dice.between(500, 20_000);
  const doing = Array.from({ length: dice.between(1, 3) }, async () => {
    await world.sleep(dice.below(lifeMs / 2));
    const account = world.fetch(makeResources(world), makeOptions(world));
    if (dice.chance(15)) await pauseForAWhile(world);
    if (dice.chance(20)) {
      await world.sleep(dice.below(2_000));
      const started = [...world.accounts.values()].at(-1);
      if (started && dice.chance(50)) await account;
      if (started) await world.abort(started);
    }
  });
  if (dice.chance(15)) {
    doing.push(world.sleep(dice.below(lifeMs)).then(() => world.update()));
  }
  if (dice.chance(8)) {
    doing.push(world.sleep(dice.below(lifeMs)).then(() => world.registerAnew()));
  }
  if (dice.chance(20)) doing.push(world.sleep(dice.below(lifeMs)).then(() => world.goOffline()));
  if (dice.chance(50)) doing.push(world.sleep(dice.below(lifeMs)).then(() => lookAround(world)));
  // What is still asked then is answered in a kind world.
  await world.sleep(lifeMs);
}

/** Or until the end. @param {World} world */
async function pauseForAWhile(world) {
  const { dice } = world;
  await world.sleep(dice.below(1_000));
  const account = [...world.accounts.values()].at(-1);
  if (!account || account.isForgotten) return;
  await world.setPaused(account, true);
  await world.sleep(dice.below(5_000));
  if (dice.chance(80)) await world.setPaused(account, false);
}

/** @param {World} world */
async function lookAround(world) {
  const page = world.pages[1];
  page.follow();
  try {
    for (const id of await page.ask('getIds', {})) await page.ask('get', { id });
  } catch (error) {
    world.note(`asking fails: ${error}`);
  }
}

/** @param {World} world */
function makeResources(world) {
  const { dice, server } = world;
  return Array.from({ length: dice.pick([1, 1, 2, 5]) }, () => {
    if (dice.chance(10)) {
      const url = `https://app.example/${server.resources.size}?upload`;
      return server.add({ url, length: dice.below(2_000) });
    }
    return server.add({
      length: dice.below(dice.pick([1_000, 300_000, 1 * kMiB, 5 * kMiB])),
      ranges: dice.chance(10) ? 'ignored' : 'kept',
      hasLength: !dice.chance(15),
      isCompressed: dice.chance(10),
      isCrossOrigin: dice.chance(15),
      mirrors: dice.chance(10) ? dice.between(1, 3) : 0,
      status: dice.chance(3) ? 404 : 200,
    });
  });
}

/** @param {World} world */
function makeOptions(world) {
  const { dice } = world;
  const id = dice.chance(50) ? usedId(world) : undefined;
  return {
    ...(id && { id }),
    uploadBytes: dice.between(1, 400_000),
    ...(dice.chance(5) && { downloadTotal: dice.between(1, kMiB) }),
  };
}

/** Of a fetch that is over, though its event may still run. @param {World} world */
function usedId({ accounts }) {
  const all = [...accounts.values()];
  const isFree = (/** @type {string} */ used) =>
    all.every(({ id, isOver, isForgotten }) => id !== used || (isOver && !isForgotten));
  return all.map(({ id }) => id).find(isFree);
}
