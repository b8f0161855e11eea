/**
 * Pages, the network and the browser come and go; downloads come to their end.
 * npm run test:lifetime measures how long they go on, which takes minutes.
 */

import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { closeAndReopen, goOfflineMidway, startOffline, useTwoTabs } from './lifetime/scenarios.mjs';

/** @type {import('./lifetime/scenarios.mjs').Parts} */
let parts;

before(async () => {
  const server = await startServer();
  parts = { server, browser: await launch(engineUnderTest(), { server }) };
});
after(async () => {
  await parts?.browser.close();
  await parts?.server.close();
});

test('with every page closed at 30 % a download goes on, and ends when one is open again', () =>
  closeAndReopen(parts));

test('a fetch begun while the server refuses connections succeeds when it takes them', () =>
  startOffline(parts));

test('a network that goes midway costs nothing that was stored', () => goOfflineMidway(parts));

test('two tabs see, abort and outlive each other\'s fetches', () => useTwoTabs(parts));
