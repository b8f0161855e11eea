/**
 * The worker that the contenders run in. With the polyfill it is ours, with `?core=nowasm` ours
 * without wasm, both with `?settings=`, as JSON; with `?polyfill=off` it has the native API, where
 * there is one, and carries out what people write by hand when there is none.
 */

const kChannel = 'browser-bench';
const kCache = 'browser-bench';
const kDatabase = 'browser-bench';
/** What browsers open to one server. */
const kAtOnce = 6;

const { searchParams } = new URL(location.href);
if (searchParams.get('polyfill') !== 'off') {
  self.backgroundFetchPolyfill = { force: true, ...JSON.parse(searchParams.get('settings') ?? '{}') };
  const core = searchParams.get('core');
  importScripts(`/dist/background-fetch-polyfill.${core ? `${core}.` : ''}sw.js`);
  importScripts('/dist/background-fetch-polyfill.transfer.js');
}

addEventListener('install', (event) => event.waitUntil(skipWaiting()));

const channel = new BroadcastChannel(kChannel);

addEventListener('backgroundfetchsuccess', (event) => {
  const { registration } = event;
  event.waitUntil(onSuccess(registration).catch((error) => {
    channel.postMessage({ id: registration.id, error: String(error) });
  }));
});
addEventListener('backgroundfetchfail', (event) => {
  channel.postMessage({ id: event.registration.id, error: event.registration.failureReason });
});

/** Readable is what counts: every record's response is there. */
async function onSuccess(registration) {
  const { id } = registration;
  if (id.startsWith('transfer ')) {
    await transfer(registration, await caches.open(kCache));
    channel.postMessage({ id, transferred: true });
    return;
  }
  const records = await registration.matchAll();
  const responses = await Promise.all(records.map((record) => record.responseReady));
  channel.postMessage({ id, readable: responses.length });
  if (id.startsWith('move ')) await moveIntoCache(id, records, responses);
}

async function moveIntoCache(id, records, responses) {
  const cache = await caches.open(kCache);
  const begin = performance.now();
  await Promise.all(records.map(({ request }, index) => cache.put(request, responses[index])));
  channel.postMessage({ id, moved: performance.now() - begin });
}

/** @type {Record<string, (urls: string[]) => Promise<void>>} */
const byHand = {
  discard: (urls) => readAndDiscard(urls, 'default'),
  discardUncached: (urls) => readAndDiscard(urls, 'no-store'),
  async put(urls) {
    const cache = await caches.open(kCache);
    await eachAtOnce(urls, async (url) => cache.put(url, await fetch(url)));
  },
  async addAll(urls) {
    await (await caches.open(kCache)).addAll(urls);
  },
  async buffer(urls) {
    const database = await openDatabase();
    await eachAtOnce(urls, async (url) => {
      const bytes = await (await fetch(url)).arrayBuffer();
      await new Promise((resolve, reject) => {
        const transaction = database.transaction('bodies', 'readwrite');
        transaction.objectStore('bodies').put(bytes, url);
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
    });
    database.close();
  },
  async cleanUp() {
    await caches.delete(kCache);
    await new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(kDatabase);
      request.onsuccess = request.onerror = request.onblocked = resolve;
    });
  },
};

async function readAndDiscard(urls, cache) {
  await eachAtOnce(urls, async (url) => {
    const reader = (await fetch(url, { cache })).body.getReader();
    while (!(await reader.read()).done);
  });
}

async function eachAtOnce(urls, act) {
  const left = urls.values();
  await Promise.all(Array.from({ length: kAtOnce }, async () => {
    for (const url of left) await act(url);
  }));
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(kDatabase, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('bodies');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

addEventListener('message', (event) => {
  const { order, urls } = event.data;
  if (!Object.hasOwn(byHand, order)) return;
  const [port] = event.ports;
  event.waitUntil(byHand[order](urls).then(
    () => port.postMessage({}),
    (error) => port.postMessage({ error: String(error) }),
  ));
});
