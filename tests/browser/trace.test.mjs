/** What exportTrace() gives says nothing of what was fetched, and is replayed natively. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertReplays, buildReplayer } from '../replay/replay.mjs';
import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB, kScope, openPage, startFetch, urlOf, waitForEnd } from './fetching.mjs';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  await buildReplayer();
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('a fetch that fails and one that succeeds through cuts are replayed to the same outcome',
  async () => {
    const page = await openPage(browser);
    const cut = {
      name: 'secret-cut', size: 6 * kMiB + 7,
      switches: `cutAt=${kMiB / 2}:1&cutAt=${3 * kMiB}:1`,
    };
    await startFetch(page, 'secret-cut', [urlOf(server.origin, cut)], { title: 'secret' });
    assert.equal((await waitForEnd(server, 'secret-cut', 60_000)).result, 'success');
    const missing = { name: 'secret-missing', size: 10, switches: 'status=404' };
    await startFetch(page, 'secret-missing', [urlOf(server.origin, missing)]);
    const failed = await waitForEnd(server, 'secret-missing', 60_000);
    assert.equal(failed.failureReason, 'bad-status');

    const trace = await page.run(async (scope) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      // Asked for by its address: the type checker need not look for it.
      const { exportTrace } = await import(`${location.origin}/dist/trace.mjs`);
      return exportTrace(registration);
    }, kScope);
    await page.close();

    const text = JSON.stringify(trace);
    for (const word of ['secret', 'localhost', '/bytes/']) {
      assert.equal(text.includes(word), false, word);
    }
    assert.equal(trace.isWhole, true);
    assertReplays(trace);
    const delivered = trace.calls
      .flatMap((/** @type {any} */ { answer }) => answer?.commands ?? [])
      .filter((/** @type {any} */ { type }) => type === 'deliver');
    assert.deepEqual(delivered.map((/** @type {any} */ { event }) => event), ['success', 'fail']);
  });
