/** Input that nobody means well: refused as natives refuse it, or survived with every byte right. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { projectRoots, startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  kMiB, kPage, kScope, openPage, startFetch, untilDownloaded, urlOf, waitForEnd,
  wholeRecord,
} from './fetching.mjs';

/** Outside of every scope under test: opening it starts no worker of theirs. */
const kOutside = '/outside.html';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  const html = await readFile(path.join(projectRoots['/pages/'], 'orders.html'));
  server = await startServer({
    handlers: {
      [kOutside]: async (_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
      },
    },
  });
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Arguments of fetch(), as sources; `throwIt` throws a RangeError. */
const kArguments = {
  'a symbol as id': `[Symbol('id'), '/echo/x']`,
  'an id that throws': `[{ toString: throwIt }, '/echo/x']`,
  'a revoked proxy as id': `[revoked(), '/echo/x']`,
  'no requests': `['x', []]`,
  'requests that hold themselves and a bad URL': `['x', [['http://[']]]`,
  'a revoked proxy as requests': `['x', revoked()]`,
  'an iterator that throws': `['x', { [Symbol.iterator]: throwIt }]`,
  'a request that is used up': `['x', used]`,
  'a number as options': `['x', '/echo/x', 1]`,
  'a symbol as options': `['x', '/echo/x', Symbol('options')]`,
  'a revoked proxy as options': `['x', '/echo/x', revoked()]`,
  'options that throw': `['x', '/echo/x', { get title() { throwIt(); } }]`,
  'icons that hold themselves': `['x', '/echo/x', cyclic]`,
  'a symbol as downloadTotal': `['x', '/echo/x', { downloadTotal: Symbol('total') }]`,
  'a bigint as downloadTotal': `['x', '/echo/x', { downloadTotal: 1n }]`,
  'a header with a line break': `['x', new Request('/echo/x', { headers: { x: 'a\\nb: c' } })]`,
};

/**
 * @param {import('./driver.mjs').Page} page
 * @param {string} scope
 * @returns {Promise<Record<string, string>>} Names of errors.
 */
function errorsOf(page, scope) {
  return page.run(async ({ scope, sources }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const throwIt = () => {
      throw new RangeError('thrown by the app');
    };
    const revoked = () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    };
    const used = new Request('/echo/x', { method: 'POST', body: 'used' });
    await used.text();
    /** @type {any} */
    const cyclic = {};
    cyclic.icons = [cyclic];
    /** @type {Record<string, string>} */
    const names = {};
    for (const [name, source] of Object.entries(sources)) {
      const make = new Function('throwIt', 'revoked', 'used', 'cyclic', `return ${source};`);
      try {
        const given = make(throwIt, revoked, used, cyclic);
        // @ts-expect-error: nothing here is what it should be.
        await registration?.backgroundFetch.fetch(...given);
        names[name] = 'resolves';
      } catch (error) {
        names[name] = /** @type {Error} */ (error).name;
      }
    }
    return names;
  }, { scope, sources: kArguments });
}

test('wrong arguments are refused with the errors that they deserve', async () => {
  const page = await openPage(browser);
  const names = await errorsOf(page, kScope);
  for (const [name, error] of Object.entries(names)) {
    const expected = /throws?$/.test(name) ? 'RangeError' : 'TypeError';
    assert.equal(error, expected, name);
  }
  await page.close();
});

test('and natives refuse them with the same', {
  skip: engineUnderTest() !== 'chromium' && 'this engine has no native Background Fetch',
}, async () => {
  const page = await browser.open(`${kPage}?polyfill=off`);
  const scope = `${kScope}native/`;
  await page.run(async (scope) => {
    const script = '/pages/sw.js?polyfill=off&native';
    const { installing } = await navigator.serviceWorker.register(script, { scope });
    while (installing?.state !== 'activated') {
      await new Promise((resolve) => {
        installing?.addEventListener('statechange', resolve, { once: true });
      });
    }
  }, scope);
  assert.equal(await page.run(() => BackgroundFetchManager.polyfill ?? null), null);
  const names = await errorsOf(page, scope);
  for (const [name, error] of Object.entries(names)) {
    assert.equal(error, /throws?$/.test(name) ? 'RangeError' : 'TypeError', name);
  }
  await page.close();
});

test('too much is refused: an id of 1 MiB, 100,001 requests', async () => {
  const page = await openPage(browser);
  const names = await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const urls = new Array(100_001).fill('/echo/many');
    /** @type {string[]} */
    const names = [];
    for (const [id, requests] of [['i'.repeat(1024 * 1024), '/echo/long'], ['many', urls]]) {
      try {
        await registration?.backgroundFetch.fetch(/** @type {string} */ (id), requests);
        names.push('resolves');
      } catch (error) {
        names.push(/** @type {Error} */ (error).name);
      }
    }
    return names;
  }, kScope);
  assert.deepEqual(names, ['QuotaExceededError', 'QuotaExceededError']);
  await page.close();
});

test('an id comes back as it was given: lone surrogates, zeros', async () => {
  const page = await openPage(browser);
  const ids = ['a\uD800b', '\uDC00', 'a\uD801b', 'a\0b', '\x0055296\0'];
  const codesOf = (/** @type {string[]} */ strings) =>
    strings.map((id) => id.split('').map((unit) => unit.charCodeAt(0)));
  const found = await page.run(async ({ scope, codes, url }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    if (!registration) throw new Error('the registration has gone');
    const given = codes.map((units) => String.fromCharCode(...units));
    const started = [];
    for (const id of given) started.push(await registration.backgroundFetch.fetch(id, url));
    /** @type {any[]} */
    const got = [];
    for (const id of given) got.push(await registration.backgroundFetch.get(id));
    const ids = await registration.backgroundFetch.getIds();
    for (const each of started) await each.abort();
    const toCodes = (/** @type {string} */ id) => id.split('').map((unit) => unit.charCodeAt(0));
    return {
      ids: given.filter((id) => ids.includes(id)).map(toCodes),
      shown: started.map(({ id }) => toCodes(id)),
      isSame: started.every((each, index) => each === got[index]),
    };
  }, { scope: kScope, codes: codesOf(ids), url: urlOf(server.origin, { name: 'ids', size: kMiB, switches: 'silent=1' }) });
  assert.deepEqual(found, { ids: codesOf(ids), shown: codesOf(ids), isSame: true });
  await page.close();
});

/**
 * The status of the whole body, or why there is none. The draft asks for the rest
 * of a 206 that begins at the beginning, whoever wanted it.
 *
 * @type {Record<string, [Record<string, string>, number | 'fetch-error']>}
 */
const kHeaders = {
  'accept-encoding': [{ 'Accept-Encoding': 'gzip, evil' }, 200],
  'if-range': [{ 'If-Range': '"nonsense"' }, 200],
  'range-from-zero': [{ Range: 'bytes=0-99' }, 206],
  'range-elsewhere': [{ Range: 'bytes=100-199' }, 'fetch-error'],
  'range-nonsense': [{ Range: 'lines=1-2' }, 200],
};

for (const [name, [headers, expected]] of Object.entries(kHeaders)) {
  test(`headers of the app's that are also ours: ${name}`, async () => {
    const page = await openPage(browser);
    // Cut in the middle once: it goes on with our own ranges.
    const file = { name: `header-${name}`, size: 3 * kMiB, switches: `cutAt=${2 * kMiB}:1` };
    const id = file.name;
    await page.run(async ({ scope, id, url, headers }) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      const request = /** @type {any} */ (new Request(url, { headers }));
      await registration?.backgroundFetch.fetch(id, request);
    }, { scope: kScope, id, url: urlOf(server.origin, file), headers });
    const report = await waitForEnd(server, id, 60_000);
    if (expected === 'fetch-error') {
      assert.equal(report.failureReason, expected);
    } else {
      assert.equal(report.result, 'success');
      assert.deepEqual(report.records, [{ ...wholeRecord(server, file), status: expected }]);
    }
    await page.close();
  });
}

test('stored data that was altered while nobody looked is recovered, with every byte', async () => {
  const file = { name: 'altered', size: 24 * kMiB, switches: `rate=${4 * kMiB}` };
  const page = await openPage(browser);
  await startFetch(page, 'altered', [urlOf(server.origin, file)]);
  await untilDownloaded(page, 'altered', 8 * kMiB);
  // A worker that the browser wakes by itself gets nothing, and so tells no outcome.
  server.setSwitches('altered', 'silent=1');
  await browser.kill();
  await browser.start();
  const outside = await browser.open(`${kOutside}?polyfill=off`);
  const cut = await outside.run(async (scope) => {
    /** @type {(name: string, version: number) => Promise<IDBDatabase>} */
    const open = (name, version) => new Promise((resolve, reject) => {
      const request = indexedDB.open(name, version);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    /** @type {(database: IDBDatabase, name: string, alter: (store: any) => void) => Promise<unknown>} */
    const alter = (database, name, alter) => new Promise((resolve, reject) => {
      const transaction = database.transaction(name, 'readwrite');
      alter(transaction.objectStore(name));
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const bodies = await open(`background-fetch-polyfill:${scope}`, 2);
    let cut = 0;
    await alter(bodies, 'chunks', (store) => {
      const keys = store.getAllKeys();
      const values = store.getAll();
      values.onsuccess = () => {
        keys.result.forEach((/** @type {any} */ key, /** @type {number} */ index) => {
          const data = values.result[index];
          // The last byte of every other chunk is gone; not of the newest, which the kill may
          // have left without a file.
          if (index % 2 === 1 || index * 2 > keys.result.length) return;
          if (key[4] - key[3] < 256 * 1024) return;
          store.put(data.slice(0, key[4] - key[3] - 1), key);
          cut += 1;
        });
        const [uid] = keys.result[0];
        for (const key of [5, 'x', [uid], [uid, 7, 0, 0, 4], [uid, 0, 0, -1, 4.5]]) {
          store.put(new ArrayBuffer(4), key);
        }
      };
    });
    await alter(bodies, 'heads', (store) => store.put({ status: 'x' }, ['nobody', 0, 0]));
    bodies.close();
    const path = `/background-fetch/${encodeURIComponent(scope)}`;
    const journal = await open(path, 21);
    await alter(journal, 'FILE_DATA', (store) => {
      store.put({ timestamp: 'x', mode: 'y' }, `${path}/00000099.log`);
      store.put(5, 5);
    });
    journal.close();
    return cut;
  }, `${server.origin}${kScope}`);
  assert.ok(cut > 0, 'a chunk was cut');
  await browser.kill();
  server.setSwitches('altered', '');
  await browser.start();
  const again = await browser.open(kPage);
  const report = await waitForEnd(server, 'altered', 90_000);
  assert.deepEqual(report.records, [wholeRecord(server, file)]);
  assert.equal(report.result, 'success');
  await again.close();
});
