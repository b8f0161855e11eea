import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { collectOrphans } from '../../js/page/orphans.js';
import { bodyStoreName, journalPath, lockName, scopeOf } from '../../js/shared/scope-storage.js';
import { FakeLocks } from '../service-worker/fake-locks.mjs';

/** One for each test. */
let scopes = 0;
/** @type {string} */
let scope;
/** @type {FakeLocks} */
let locks;
/** @type {string[]} The scopes of all registrations. */
let registered;

beforeEach(async () => {
  scopes += 1;
  scope = `https://example.test/${scopes}/`;
  locks = new FakeLocks();
  registered = [];
  stage({ document: {}, location: new URL('https://example.test/'), navigator: { locks } });
  await makeDatabase(journalPath(scope));
  await makeDatabase(bodyStoreName(scope));
});

/** @param {Record<string, any>} globals  Undefined: not there. */
function stage(globals) {
  for (const [name, value] of Object.entries(globals)) {
    if (value === undefined) delete (/** @type {any} */ (globalThis)[name]);
    else Object.defineProperty(globalThis, name, { value, configurable: true });
  }
}

/** @param {string} name @returns {Promise<void>} */
function makeDatabase(name) {
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
}

/** @param {(scope: string) => void} [onLookup] */
function collect(onLookup = () => {}) {
  return collectOrphans(/** @type {any} */ ({
    getRegistration: async (/** @type {string} */ url) => {
      const found = registered.find((candidate) => url.startsWith(candidate));
      onLookup(url);
      return found && { scope: found };
    },
  }));
}

async function isStored() {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  return [journalPath(scope), bodyStoreName(scope)].every((name) => names.includes(name));
}

test('what no registration owns is deleted, also under a wider one', async () => {
  registered = ['https://example.test/'];
  await collect();
  assert.equal(await isStored(), false);
});

test('what a registration owns stays', async () => {
  registered = [scope];
  await collect();
  assert.equal(await isStored(), true);
});

test('only windows of the web collect', async () => {
  for (const url of ['about:srcdoc', 'about:blank', 'blob:https://example.test/1']) {
    stage({ location: new URL(url) });
    await collect();
  }
  stage({ document: undefined, location: new URL('https://example.test/') });
  await collect();
  assert.equal(await isStored(), true);
});

test('what somebody works in is not taken away', async () => {
  let isStolen = false;
  let end = () => {};
  const held = locks.request(lockName(scope), () => new Promise((resolve) => {
    end = () => resolve(null);
  }));
  held.catch(() => (isStolen = true));
  await collect();
  end();
  assert.equal(isStolen, false);
  assert.equal(await isStored(), true);
});

test('a scope that is registered after it was looked up stays', async () => {
  await collect(() => registered.push(scope));
  assert.equal(await isStored(), true);
});

test('a database of the app with a name like ours is nobody\'s scope', async () => {
  assert.equal(scopeOf('/background-fetch/%'), '');
  await makeDatabase('/background-fetch/%');
  await collect();
  assert.equal(await isStored(), false);
});
