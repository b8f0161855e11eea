// The service worker: the polyfill's half, what to do with finished downloads,
// and the page without a network.

self.backgroundFetchPolyfill = {
  force: new URL(location.href).searchParams.has('force'),
};
importScripts('/dist/background-fetch-polyfill.sw.js');

/** The type checker knows `self` only as some worker's global. */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const kShellCache = 'background-fetch-demo:shell';
const kFilesCache = 'background-fetch-demo:files';

const kShell = [
  '/',
  '/app.js',
  '/capabilities.js',
  '/connection.js',
  '/dist/background-fetch-polyfill.js',
  '/download-card.js',
  '/errors.js',
  '/format.js',
  '/icon.svg',
  '/library.js',
  '/manifest.webmanifest',
  '/offers.js',
  '/page.js',
  '/settings.js',
  '/speed-gauge.js',
  '/style.css',
  '/viewer.js',
];

worker.addEventListener('install', (event) => {
  worker.skipWaiting();
  event.waitUntil(caches.open(kShellCache).then((cache) => cache.addAll(kShell)));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (kShell.includes(url.pathname)) event.respondWith(shellFile(event.request));
});

/**
 * From the network, so that a change shows at the next reload; from the cache
 * without one.
 *
 * @param {Request} request
 */
async function shellFile(request) {
  const cache = await caches.open(kShellCache);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(new URL(request.url).pathname, response.clone());
    return response;
  } catch {
    return (await cache.match(request, { ignoreSearch: true })) ?? Response.error();
  }
}

worker.addEventListener('backgroundfetchsuccess', (event) => {
  event.waitUntil(keep(event));
});

/** @param {BackgroundFetchUpdateUIEvent} event */
async function keep(event) {
  const cache = await caches.open(kFilesCache);
  for (const record of await event.registration.matchAll()) {
    await cache.put(record.request, await record.responseReady);
  }
  await event.updateUI({ title: 'Ready to be opened offline' });
  await tellPages();
}

async function tellPages() {
  for (const client of await worker.clients.matchAll({ type: 'window' })) {
    client.postMessage({ type: 'files-changed' });
  }
}

worker.addEventListener('backgroundfetchclick', (event) => {
  event.waitUntil(worker.clients.openWindow('/'));
});
