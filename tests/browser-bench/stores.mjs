/**
 * What small records cost the browser's store, in four shapes, by turns:
 * `node tests/browser-bench/stores.mjs --engine E`.
 *
 * No network, no core, none of our code: a bound for what a layout of the body store can
 * bring.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { runMain } from '../../js/build/run.mjs';
import { launch } from '../browser/driver.mjs';
import { projectRoots, startServer } from '../server/server.mjs';
import { medianOf } from './median.mjs';

const kRounds = 5;
const kTimeoutMs = 120_000;

/**
 * In the page. One transaction for each 64 records, as our queue's.
 *
 * @param {number} rounds
 * @returns {Promise<[string, number, number][]>} Shape, ms to write 1,000 records of 10 KiB, and to
 *   read them.
 */
async function measureStores(rounds) {
  const kRecords = 1000;
  const kTogether = 64;
  const kBytes = 10 * 1024;
  const heads = Array.from({ length: kRecords }, (_, record) => ({
    status: 200, statusText: 'OK', url: `https://app.example/${record}`, type: 'basic',
    redirected: false,
    headers: [
      ['accept-ranges', 'bytes'], ['content-length', String(kBytes)],
      ['content-type', 'application/octet-stream'], ['etag', `"${record}"`],
      ['last-modified', 'Sun, 22 Nov 2026 19:00:00 GMT'],
    ],
  }));
  const bodies = heads.map((_, record) => new Uint8Array(kBytes).fill(record).buffer);
  /** @type {Record<string, (heads: IDBObjectStore, bodies: IDBObjectStore, begin: number, end: number) => void>} */
  const shapes = {
    'head and body apart, as ours of more than 16 KiB': (headStore, bodyStore, begin, end) => {
      for (let record = begin; record < end; record += 1) {
        headStore.put(heads[record], ['uid', record, 0]);
        bodyStore.put(bodies[record], ['uid', record, 0, 0, kBytes]);
      }
    },
    'head and body in one value': (_, bodyStore, begin, end) => {
      for (let record = begin; record < end; record += 1) {
        bodyStore.put([heads[record], bodies[record]], ['uid', record, 0, 0, kBytes]);
      }
    },
    'heads of a transaction in one value, bodies in another': (headStore, bodyStore, begin, end) => {
      const pack = new Uint8Array((end - begin) * kBytes);
      for (let record = begin; record < end; record += 1) {
        pack.set(new Uint8Array(bodies[record]), (record - begin) * kBytes);
      }
      headStore.put(heads.slice(begin, end), ['uid', begin, 0]);
      bodyStore.put(pack.buffer, ['uid', begin, 0, 0, pack.length]);
    },
    'the same, each body a buffer, as ours up to 16 KiB': (headStore, bodyStore, begin, end) => {
      headStore.put(heads.slice(begin, end), ['uid', begin, 0]);
      bodyStore.put(bodies.slice(begin, end), ['uid', begin, 0, 0, (end - begin) * kBytes]);
    },
  };

  /** @type {IDBDatabase} */
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open('browser-bench-stores', 1);
    request.onupgradeneeded = () => {
      for (const name of ['heads', 'bodies']) request.result.createObjectStore(name);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  /** @param {IDBTransactionMode} mode @param {(heads: IDBObjectStore, bodies: IDBObjectStore) => void} act */
  const inTransaction = (mode, act) => new Promise((resolve, reject) => {
    const transaction = database.transaction(['heads', 'bodies'], mode, { durability: 'relaxed' });
    act(transaction.objectStore('heads'), transaction.objectStore('bodies'));
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  /** @param {() => Promise<void>} act */
  const timed = async (act) => {
    const begin = performance.now();
    await act();
    return performance.now() - begin;
  };
  /** @type {[string, number, number][]} */
  const measured = [];
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, put] of Object.entries(shapes)) {
      const writeMs = await timed(async () => {
        for (let begin = 0; begin < kRecords; begin += kTogether) {
          await inTransaction('readwrite', (...stores) =>
            put(...stores, begin, Math.min(begin + kTogether, kRecords)));
        }
      });
      const readMs = await timed(async () => {
        await inTransaction('readonly', (...stores) => {
          for (const store of stores) {
            store.getAllKeys();
            store.getAll();
          }
        });
      });
      if (round > 0) measured.push([name, writeMs, readMs]);
      await inTransaction('readwrite', (...stores) => stores.forEach((store) => store.clear()));
    }
  }
  database.close();
  indexedDB.deleteDatabase('browser-bench-stores');
  return measured;
}

await runMain(async () => {
  const { values: { engine } } = parseArgs({
    options: { engine: { type: 'string', default: 'chromium' } },
  });
  const server = await startServer({ roots: projectRoots });
  const profile = mkdtempSync(path.join(tmpdir(), 'browser-bench-'));
  const browser = await launch(engine, { server, profile });
  try {
    const page = await browser.open('/pages/orders.html?polyfill=off');
    const measured = await page.run(measureStores, kRounds, { timeoutMs: kTimeoutMs });
    const names = [...new Set(measured.map(([name]) => name))];
    console.log(`1,000 records of 10 KiB, ${engine}, ms (medians of ${kRounds})`);
    console.table(Object.fromEntries(names.map((name) => {
      const mine = measured.filter((each) => each[0] === name);
      return [name, {
        write: Math.round(medianOf(mine.map(([, write]) => write))),
        read: Math.round(medianOf(mine.map(([, , read]) => read))),
      }];
    })));
  } finally {
    await browser.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
});
