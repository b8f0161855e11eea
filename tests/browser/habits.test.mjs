/** What deployed code does with the API, rightly or not: it must be survived. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { bytesAt } from '../server/generated-bytes.mjs';
import { sha256Of, startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kPage, openPage, startFetch, urlOf, waitForEnd,
} from './fetching.mjs';
import { makeTrickle, registerScript, reportOf, startIn, untilOver } from './scripted-worker.mjs';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {import('./driver.mjs').Page} */
let page;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
  page = await browser.open(kPage);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('waitUntil() with a function: nothing is called, and the event ends', async () => {
  const scope = await registerScript(page, 'function', (report) => {
    const worker = /** @type {any} */ (self);
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.waitUntil(async () => report({ kind: 'called' }));
      event.waitUntil(undefined);
      worker.wasHere = true;
    });
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.waitUntil(report({ kind: 'second', wasHere: worker.wasHere }));
    });
  });
  await startIn(page, scope, 'function', [urlOf(server.origin, { name: 'function', size: 10 })]);
  assert.equal((await reportOf(server, 'function', 'second')).wasHere, true);
  await untilOver(page, 'function');
  await assert.rejects(reportOf(server, 'function', 'called', 1));
});

test('an async listener without waitUntil() can open a cache and store what came', async () => {
  const scope = await registerScript(page, 'unheld', (report) => {
    addEventListener('backgroundfetchsuccess', async (/** @type {any} */ event) => {
      const cache = await caches.open('unheld');
      // Some ask a server first.
      await fetch('/bytes/asked-first?size=1&delay=50');
      const records = await event.registration.matchAll();
      for (const { request, responseReady } of records) {
        await cache.put(request, await responseReady);
      }
      const sizes = [];
      for (const { request } of records) {
        const stored = await cache.match(request);
        sizes.push((await stored?.arrayBuffer())?.byteLength);
      }
      report({ kind: 'stored', sizes });
    });
  });
  const sizes = [10, 300_000, 3 * kMiB];
  const urls = sizes.map((size) => urlOf(server.origin, { name: `unheld-${size}`, size }));
  await startIn(page, scope, 'unheld', urls);
  assert.deepEqual((await reportOf(server, 'unheld', 'stored')).sizes, sizes);
  await untilOver(page, 'unheld');
});

test("listeners for the worker's events on registration objects are left alone", async () => {
  const scope = await registerScript(page, 'misplaced', (report) => {
    const { registration } = /** @type {any} */ (self);
    for (const type of ['backgroundfetchsuccess', 'backgroundfetchfail']) {
      registration.addEventListener(type, () => report({ kind: 'misplaced' }));
      registration[`on${type}`] = () => report({ kind: 'misplaced' });
    }
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.registration.addEventListener(event.type, () => report({ kind: 'misplaced' }));
      event.waitUntil(report({ kind: 'placed' }));
    });
  });
  const file = { name: 'misplaced', size: 10, switches: 'delay=200' };
  await startIn(page, scope, 'misplaced', [urlOf(server.origin, file)]);
  await page.run(() => {
    const page = /** @type {any} */ (self);
    const { fetching } = page.kept.misplaced;
    page.misplaced = 0;
    for (const type of ['success', 'fail', 'abort', 'click']) {
      fetching.addEventListener(`backgroundfetch${type}`, () => (page.misplaced += 1));
      fetching[`onbackgroundfetch${type}`] = () => (page.misplaced += 1);
    }
  });
  await reportOf(server, 'misplaced', 'placed');
  assert.equal((await untilOver(page, 'misplaced')).pop()?.result, 'success');
  assert.equal(await page.run(() => /** @type {any} */ (self).misplaced), 0);
  await assert.rejects(reportOf(server, 'misplaced', 'misplaced', 1));
});

test('abort() with a stray argument aborts', async () => {
  const scope = await registerScript(page, 'stray', (report) => {
    addEventListener('backgroundfetchabort', (/** @type {any} */ event) => {
      event.waitUntil(report({ kind: 'aborted', id: event.registration.id }));
    });
  });
  const file = { name: 'stray', size: 10, switches: 'delay=3000' };
  await startIn(page, scope, 'stray', [urlOf(server.origin, file)]);
  const answers = await page.run(async () => {
    const { fetching } = /** @type {any} */ (self).kept.stray;
    return [await fetching.abort('stray'), await fetching.abort('another')];
  });
  assert.deepEqual(answers, [true, false]);
  assert.equal((await reportOf(server, 'stray', 'aborted')).id, 'stray');
  assert.equal((await untilOver(page, 'stray')).pop()?.failureReason, 'aborted');
});

test('workers of several scopes keep to themselves, resources lie where they like', async () => {
  const script = (/** @type {(message: Record<string, unknown>) => unknown} */ report) => {
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.waitUntil((async () => {
        const [record] = await event.registration.matchAll();
        report({ kind: 'ended', url: record.request.url });
      })());
    });
  };
  const names = ['scope-a', 'scope-b', 'scope-b/inner'];
  const urls = names.map((name, index) =>
    urlOf(index === 2 ? server.crossOrigin : server.origin, {
      name: name.replace('/', '-'), size: 5000, switches: 'delay=3000&cors=1',
    }));
  const scopes = [];
  for (const name of names) scopes.push(await registerScript(page, name, script));
  for (const [index, scope] of scopes.entries()) {
    await page.run(async ({ scope, url }) => {
      const worker = await navigator.serviceWorker.getRegistration(scope);
      if (worker) await worker.backgroundFetch.fetch('same', url);
    }, { scope, url: urls[index] });
  }
  const ids = await page.run(async (scopes) => {
    const ids = [];
    for (const scope of scopes) {
      const worker = await navigator.serviceWorker.getRegistration(scope);
      ids.push(await worker?.backgroundFetch.getIds());
    }
    return ids;
  }, scopes);
  assert.deepEqual(ids, [['same'], ['same'], ['same']]);
  for (const [index, name] of names.entries()) {
    assert.equal((await reportOf(server, name, 'ended')).url, urls[index]);
  }
});

test('a Content-Length that promises too much is asked again, until it is true', async () => {
  const scope = await registerScript(page, 'too-much', (report) => {
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.waitUntil((async () => {
        const records = await event.registration.matchAll();
        const responses = await Promise.all(records.map((/** @type {any} */ each) => {
          return each.responseReady;
        }));
        const bodies = await Promise.all(responses.map((response) => response.arrayBuffer()));
        await report({ kind: 'sizes', sizes: bodies.map(({ byteLength }) => byteLength) });
      })());
    });
  });
  const size = 300_000;
  const files = ['', '&noRanges', '&noValidators'].map((more, index) => ({
    name: `too-much-${index}`, size, switches: `claim=400000${more}`,
  }));
  const honest = { name: 'too-much-honest', size };
  const urls = [...files, honest].map((file) => urlOf(server.origin, file));
  await startIn(page, scope, 'too-much', urls);
  for (const { name } of files) {
    await server.log.until(name, (entries) => entries.length >= 2, 20_000);
    server.setSwitches(name, `claim=${size}`);
  }
  assert.equal((await untilOver(page, 'too-much')).pop()?.result, 'success');
  assert.deepEqual((await reportOf(server, 'too-much', 'sizes')).sizes, Array(4).fill(size));
});

test('a Content-Length that promises too little is the length', async () => {
  const scope = await registerScript(page, 'too-little', (report) => {
    addEventListener('backgroundfetchsuccess', (/** @type {any} */ event) => {
      event.waitUntil((async () => {
        const [record] = await event.registration.matchAll();
        const response = await record.responseReady;
        const text = await response.text();
        await report({ kind: 'body', text });
      })());
    });
  });
  const file = { name: 'too-little', size: 3000, switches: 'claim=5' };
  await startIn(page, scope, 'too-little', [urlOf(server.origin, file)]);
  const [last] = (await untilOver(page, 'too-little')).slice(-1);
  assert.equal(last.result, 'success');
  const { text } = await reportOf(server, 'too-little', 'body');
  const bytes = Buffer.from(bytesAt('too-little', 0, 5));
  assert.equal(text, new TextDecoder().decode(bytes));
});

test('polling downloaded instead of listening sees it grow to the end', async () => {
  const scope = await registerScript(page, 'polled', () => {});
  const files = makeTrickle('polled');
  const urls = files.map((file) => urlOf(server.origin, file));
  const seen = await page.run(async ({ scope, urls }) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    if (!worker) throw new Error('the registration has gone');
    const fetching = await worker.backgroundFetch.fetch('polled', urls);
    const seen = [fetching.downloaded];
    while (fetching.result === '') {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (fetching.downloaded !== seen[seen.length - 1]) seen.push(fetching.downloaded);
    }
    return seen;
  }, { scope, urls });
  assert.ok(seen.length > 5, `${seen}`);
  assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
  assert.equal(seen[seen.length - 1], files.reduce((sum, { size }) => sum + size, 0));
});

test('get(id) before fetch() adopts the one that runs, also in the next document', async () => {
  const files = makeTrickle('adopted');
  const urls = files.map((file) => urlOf(server.origin, file));
  const own = await openPage(browser);
  await startFetch(own, 'adopted', urls);
  await own.navigate(kPage);
  const seen = await own.run(async (urls) => {
    const { backgroundFetch } = await navigator.serviceWorker.ready;
    const found = await backgroundFetch.get('adopted');
    const adopted = found ?? (await backgroundFetch.fetch('adopted', urls));
    let events = 0;
    adopted.addEventListener('progress', () => (events += 1));
    while (adopted.result === '') {
      await new Promise((resolve) => adopted.addEventListener('progress', resolve, { once: true }));
    }
    return { wasFound: found !== undefined, events, result: adopted.result };
  }, urls);
  assert.equal(seen.wasFound, true);
  assert.ok(seen.events > 1, `${seen.events} events`);
  assert.equal(seen.result, 'success');
  assertSucceeded(server, await waitForEnd(server, 'adopted', 20_000), files);
  for (const { name } of files) assert.equal(server.log.for(name).length, 1);
  await own.close();
});

test('matchAll() at every progress event gives every record, and bodies that are right', async () => {
  const scope = await registerScript(page, 'impatient', () => {});
  const files = makeTrickle('impatient');
  await startIn(page, scope, 'impatient', files.map((file) => urlOf(server.origin, file)));
  const seen = await page.run(async () => {
    const { fetching } = /** @type {any} */ (self).kept.impatient;
    /** @type {number[]} */
    const counts = [];
    /** @type {any[]} */
    let records = [];
    while (fetching.result === '') {
      await new Promise((resolve) => fetching.addEventListener('progress', resolve, { once: true }));
      records = await fetching.matchAll();
      counts.push(records.length);
    }
    const hashes = [];
    for (const record of records) {
      const bytes = await (await record.responseReady).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      hashes.push(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
    }
    return { counts, hashes };
  });
  assert.ok(seen.counts.length > 5, `${seen.counts.length} events`);
  assert.deepEqual(new Set(seen.counts), new Set([files.length]));
  assert.deepEqual(seen.hashes, files.map(({ name, size }) => sha256Of(name, size)));
  await untilOver(page, 'impatient');
});

test('bodies are read after an event that nobody held, in the worker and in the page', async () => {
  const scope = await registerScript(page, 'late', (report) => {
    addEventListener('backgroundfetchsuccess', async (/** @type {any} */ event) => {
      const { registration } = event;
      const records = await registration.matchAll();
      const first = await records[0].responseReady;
      while (registration.recordsAvailable) await new Promise((resolve) => setTimeout(resolve, 5));
      // One that was asked for before the end, and one that was not.
      const responses = [first, await records[1].responseReady];
      const hashes = [];
      for (const response of responses) {
        const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
        const bytes = Array.from(new Uint8Array(digest));
        hashes.push(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
      }
      report({ kind: 'read', hashes });
    });
  });
  const files = [300_000, 5 * kMiB].map((size) => ({ name: `late-${size}`, size }));
  await startIn(page, scope, 'late', files.map((file) => urlOf(server.origin, file)));
  await page.run(async () => {
    const page = /** @type {any} */ (self);
    page.lateRecords = await page.kept.late.fetching.matchAll();
  });
  await untilOver(page, 'late');
  const sizes = await page.run(async () => {
    const sizes = [];
    for (const record of /** @type {any} */ (self).lateRecords) {
      sizes.push((await (await record.responseReady).arrayBuffer()).byteLength);
    }
    return sizes;
  });
  assert.deepEqual(sizes, files.map(({ size }) => size));
  const { hashes } = await reportOf(server, 'late', 'read');
  assert.deepEqual(hashes, files.map(({ name, size }) => sha256Of(name, size)));
});
