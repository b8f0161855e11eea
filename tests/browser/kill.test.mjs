/**
 * The browser is killed while it fetches: nothing is lost, no byte is wrong, and
 * no event that was acknowledged comes again. Nine kills; npm run test:kill goes
 * on with other seeds.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { makePlan } from './kill/plan.mjs';
import { KillSession } from './kill/session.mjs';

/** One of each sort. */
const kSeeds = {
  'while fetch() registers': 29,
  'while a chunk is put': 13,
  'while a pack is put': 11,
  'when a pack has been stored': 49,
  'while the body of an upload is stored': 1,
  'at a random moment, and the network comes back late': 20,
  'while the outcome is journalled': 549,
  'in the handler of the last event': 891,
  'at another random moment': 14,
};

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {KillSession} */
let session;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
  session = new KillSession({ server, browser });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

for (const [moment, seed] of Object.entries(kSeeds)) {
  test(`killed ${moment} (seed ${seed}), all fetches come to their end`, async () => {
    const { aims, aimed } = await session.run(makePlan(seed, 1));
    assert.equal(aims, aimed, 'the aim was missed');
  });
}

test('after one more start, nothing that has ended comes again', () => session.end());
