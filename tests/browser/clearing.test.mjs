/** What is stored belongs to a registration, and goes with it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kScope, openPage, startFetch, untilDownloaded, urlOf, waitForEnd,
} from './fetching.mjs';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer({
    handlers: {
      '/clear': async (_, response) => {
        response.writeHead(200, { 'Clear-Site-Data': '"storage"' }).end();
      },
    },
  });
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {import('./driver.mjs').Page} page */
function databasesOf(page) {
  return page.run(async () => (await indexedDB.databases()).map(({ name }) => name));
}

/**
 * A page with a new registration, of the browser that all tests share unless told
 * otherwise. While WebKit still clears the one before, it may take a new one of the
 * same scope along.
 */
async function openPageAnew(of = browser) {
  for (;;) {
    const page = await openPage(of);
    const ids = await page.run(async (scope) => {
      return (await navigator.serviceWorker.getRegistration(scope))?.backgroundFetch.getIds();
    }, kScope);
    if (ids) return { page, ids };
    await page.close();
  }
}

test('unregister() stops and deletes, and a registration made anew starts empty', async () => {
  const file = { name: 'unregistered', size: 48 * kMiB, switches: `rate=${2 * kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, 'unregistered', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'unregistered', 2 * kMiB);
  await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await registration?.backgroundFetch.get('unregistered');
    await registration?.unregister();
    while (fetching?.recordsAvailable) await new Promise((resolve) => setTimeout(resolve, 100));
  }, kScope);
  assert.deepEqual(await databasesOf(page), []);
  await server.log.until('unregistered', (entries) => entries.every(({ endedAt }) => endedAt));
  const asked = server.log.for('unregistered').length;
  await page.close();

  const { page: again, ids } = await openPageAnew();
  assert.deepEqual(ids, []);
  const next = { name: 'registered-anew', size: kMiB };
  await startFetch(again, 'unregistered', [urlOf(server.origin, next)]);
  assertSucceeded(server, await waitForEnd(server, 'unregistered'), [next]);
  assert.equal(server.log.for('unregistered').length, asked);
  await again.close();
});

test('a scope that one page unregisters and registers again fetches at once', async () => {
  const page = await openPage(browser);
  const before = { name: 'before-again', size: 48 * kMiB, switches: `rate=${2 * kMiB}` };
  await startFetch(page, 'before-again', [urlOf(server.origin, before)]);
  await untilDownloaded(page, 'before-again', 2 * kMiB);
  const next = { name: 'again', size: kMiB };
  const ids = await page.run(async ({ scope, url }) => {
    const { serviceWorker } = navigator;
    await (await serviceWorker.getRegistration(scope))?.unregister();
    const registration = await serviceWorker.register('/pages/sw.js', { scope });
    // Chromium brings the old registration back, with the worker that runs;
    // in others a new one is on its way.
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    while (worker?.state !== 'activated') {
      await new Promise((resolve) => worker?.addEventListener('statechange', resolve, { once: true }));
    }
    const ids = await registration.backgroundFetch.getIds();
    await registration.backgroundFetch.fetch('again', url);
    return ids;
  }, { scope: kScope, url: urlOf(server.origin, next) });
  assert.deepEqual(ids, []);
  assertSucceeded(server, await waitForEnd(server, 'again'), [next]);
  await page.close();
});

test('a fetch whose databases are deleted in the middle ends with every byte right', async () => {
  const file = { name: 'deleted', size: 24 * kMiB, switches: `rate=${4 * kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, 'deleted', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'deleted', 8 * kMiB);
  await page.run(async () => {
    const databases = await indexedDB.databases();
    await Promise.all(databases.map(({ name }) => new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name ?? '');
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    })));
  });
  assertSucceeded(server, await waitForEnd(server, 'deleted'), [file]);
  await page.close();
});

test('a fetch whose databases the browser closes and clears ends with every byte right', {
  skip: engineUnderTest() !== 'chromium' && 'no other engine can be made to',
}, async () => {
  const debugged = await launch(engineUnderTest(), { server, debugging: true });
  try {
    const file = { name: 'evicted', size: 24 * kMiB, switches: `rate=${4 * kMiB}` };
    const page = await openPage(debugged);
    await startFetch(page, 'evicted', [urlOf(server.origin, file)]);
    await untilDownloaded(page, 'evicted', 8 * kMiB);
    await debugged.debugging?.clearDatabases(server.origin);
    assertSucceeded(server, await waitForEnd(server, 'evicted'), [file]);
    await page.close();
  } finally {
    await debugged.close();
  }
});

test('a site that clears all that it has stored ends its fetches, and fetches again', async (context) => {
  const fresh = await launch(engineUnderTest(), { server });
  try {
    const files = ['cleared', 'unanswered'].map((name) => (
      { name, size: 24 * kMiB, switches: `rate=${4 * kMiB}` }));
    server.setSwitches('unanswered', 'delay=3600000');
    const page = await openPage(fresh);
    await page.run(async ({ scope, urls }) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      const fetching = await registration?.backgroundFetch.fetch('cleared', urls);
      const [, unanswered] = await fetching?.matchAll() ?? [];
      const read = unanswered.responseReady.then(() => 'answered', ({ name }) => name);
      Object.assign(self, { registration, fetching, read });
    }, { scope: kScope, urls: files.map((file) => urlOf(server.origin, file)) });
    await untilDownloaded(page, 'cleared', 8 * kMiB);
    await page.run(async () => void await fetch('/clear', { method: 'POST' }));
    const isCleared = await page.run(async (scope) => {
      const { serviceWorker } = navigator;
      return !(await serviceWorker.getRegistration(scope));
    }, kScope);
    // Whether and what an engine clears is its own affair; what it leaves goes on.
    context.diagnostic(isCleared ? 'the registration is gone' : 'the registration is left');
    server.setSwitches('unanswered', '');
    server.dropConnections('unanswered');
    if (!isCleared) assertSucceeded(server, await waitForEnd(server, 'cleared'), files);
    const settled = await page.run(async () => {
      const { registration, fetching, read } = /** @type {any} */ (self);
      while (fetching.recordsAvailable) await new Promise((resolve) => setTimeout(resolve, 100));
      const asked = [
        fetching.abort(), fetching.matchAll(), registration.backgroundFetch.get('cleared'),
        registration.backgroundFetch.getIds(), registration.backgroundFetch.fetch('late', '/'),
      ];
      const answers = asked.map((each) => each.then(
        (/** @type {any} */ value) => value ?? null, (/** @type {Error} */ { name }) => name));
      return { read: await read, result: fetching.result, answers: await Promise.all(answers) };
    });
    context.diagnostic(JSON.stringify(settled));
    // It is gone, unless a worker that has no registration any more may finish it, as in Firefox.
    assert.ok(['', 'success'].includes(settled.result), settled.result);
    await page.close();

    const next = { name: 'after-clearing', size: kMiB };
    const { page: again } = await openPageAnew(fresh);
    await startFetch(again, 'after-clearing', [urlOf(server.origin, next)]);
    assertSucceeded(server, await waitForEnd(server, 'after-clearing'), [next]);
    await again.close();
  } finally {
    await fresh.close();
  }
});

test('what no registration owns is deleted, what is the app\'s stays', async () => {
  const page = await openPage(browser);
  const scope = `${server.origin}/gone/`;
  const orphans = [`/background-fetch/${encodeURIComponent(scope)}`, `background-fetch-polyfill:${scope}`];
  await page.run(async (names) => {
    for (const name of names) {
      await new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => {
          request.result.close();
          resolve(null);
        };
        request.onerror = () => reject(request.error);
      });
    }
  }, [...orphans, 'the-app']);
  await page.navigate('/pages/orders.html');
  await page.run(async (orphans) => {
    for (;;) {
      const databases = await indexedDB.databases();
      if (!databases.some(({ name }) => orphans.includes(name ?? ''))) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, orphans);
  assert.ok((await databasesOf(page)).includes('the-app'));
  await page.close();
});

test('realms that see databases but no registrations delete nothing', async () => {
  const file = { name: 'seen-from-afar', size: 16 * kMiB, switches: `rate=${4 * kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, 'seen-from-afar', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'seen-from-afar', 2 * kMiB);
  await page.run(async (script) => {
    const source = `self.backgroundFetchPolyfill = { force: true };
      importScripts('${script}');
      postMessage('loaded');`;
    const worker = new Worker(URL.createObjectURL(new Blob([source])));
    await new Promise((resolve) => (worker.onmessage = resolve));
    for (const srcdoc of ['<p>', null]) {
      const frame = document.createElement('iframe');
      if (srcdoc) frame.srcdoc = srcdoc;
      document.body.append(frame);
      if (srcdoc) await new Promise((resolve) => (frame.onload = resolve));
      const inner = /** @type {any} */ (frame.contentWindow);
      inner.backgroundFetchPolyfill = { force: true };
      const element = inner.document.createElement('script');
      element.src = script;
      await new Promise((resolve) => {
        element.onload = resolve;
        inner.document.documentElement.append(element);
      });
    }
  }, `${server.origin}/dist/background-fetch-polyfill.js`);
  assertSucceeded(server, await waitForEnd(server, 'seen-from-afar'), [file]);
  await page.close();
});

test('a page that has looked too early deletes nothing of a newer registration', async () => {
  const scope = '/pages/made-meanwhile/';
  const early = await browser.open('/pages/orders.html?polyfill=off');
  await early.run(async (name) => {
    const request = indexedDB.open(name);
    await new Promise((resolve) => (request.onsuccess = resolve));
    request.result.close();
    const { prototype } = /** @type {any} */ (ServiceWorkerContainer);
    const goesOn = new Promise((resolve) => Object.assign(self, { goOn: resolve }));
    const looked = ['getRegistration', 'getRegistrations'].map((name) => new Promise((resolve) => {
      const { [name]: lookup } = prototype;
      /** @this {any} */
      prototype[name] = async function (/** @type {any[]} */ ...scopes) {
        const answer = await lookup.apply(this, scopes);
        if (name === 'getRegistrations' || scopes[0]?.endsWith('/made-meanwhile/')) {
          resolve(null);
          await goesOn;
        }
        return answer;
      };
    }));
    Object.assign(self, { backgroundFetchPolyfill: { force: true } });
    const script = document.createElement('script');
    script.src = '/dist/background-fetch-polyfill.js';
    document.head.append(script);
    await Promise.race(looked);
  }, `background-fetch-polyfill:${server.origin}${scope}`);
  const page = await browser.open('/pages/orders.html');
  const file = { name: 'made-meanwhile', size: 16 * kMiB, switches: `rate=${4 * kMiB}` };
  await page.run(async ({ scope, url }) => {
    const registration = await navigator.serviceWorker.register('/pages/sw.js', { scope });
    const { installing } = registration;
    while (installing && installing.state !== 'activated') {
      await new Promise((resolve) => installing.addEventListener('statechange', resolve));
    }
    const fetching = await registration.backgroundFetch.fetch('made-meanwhile', url);
    await new Promise((resolve) => fetching.addEventListener('progress', resolve, { once: true }));
  }, { scope, url: urlOf(server.origin, file) });
  await early.run(() => /** @type {any} */ (self).goOn());
  assertSucceeded(server, await waitForEnd(server, 'made-meanwhile'), [file]);
  await page.close();
  await early.close();
});

test('chunks that no journal names are deleted when the engine starts', async () => {
  const page = await openPage(browser);
  const file = { name: 'before', size: kMiB };
  await startFetch(page, 'before', [urlOf(server.origin, file)]);
  await waitForEnd(server, 'before');
  await page.close();
  let again = await browser.open('/pages/orders.html?polyfill=off');
  /** @param {boolean} isPutting */
  const orphanCount = (isPutting) => again.run(({ name, isPutting }) => new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('chunks', isPutting ? 'readwrite' : 'readonly');
      const store = transaction.objectStore('chunks');
      if (isPutting) store.put(new ArrayBuffer(3), ['orphan', 0, 1, 0, 3]);
      const request = store.count(IDBKeyRange.bound(['orphan'], ['orphan', []]));
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(request.result);
      };
    };
  }), { name: `background-fetch-polyfill:${server.origin}${kScope}`, isPutting });
  assert.equal(await orphanCount(true), 1);
  // An engine that runs does not look again.
  await browser.restart();
  again = await browser.open('/pages/orders.html?polyfill=off');
  const starter = await openPage(browser);
  const next = { name: 'after', size: kMiB };
  await startFetch(starter, 'after', [urlOf(server.origin, next)]);
  await waitForEnd(server, 'after');
  assert.equal(await orphanCount(false), 0);
  await starter.close();
  await again.close();
});

test('an installation does not wait for a database that somebody keeps open', async () => {
  const page = await browser.open('/pages/orders.html');
  const tookMs = await page.run(async ({ scope, name }) => {
    const request = indexedDB.open(name);
    await new Promise((resolve) => (request.onsuccess = resolve));
    const startedAt = performance.now();
    const registration = await navigator.serviceWorker.register('/pages/sw.js', { scope });
    const worker = registration.installing ?? registration.waiting;
    while (worker && worker.state !== 'activated') {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    request.result.close();
    return performance.now() - startedAt;
  }, {
    scope: '/pages/kept-open/',
    name: `background-fetch-polyfill:${server.origin}/pages/kept-open/`,
  });
  // It would wait for as long as the page keeps the database open: for ever.
  assert.ok(tookMs < 60_000, `installed after ${tookMs} ms`);
  await page.close();
});
