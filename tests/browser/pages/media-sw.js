/**
 * A service worker for tests: serves `/pages/media/<id>` to media elements, from
 * the background fetch of that id while it runs, from a Cache when it is done.
 */

importScripts('/driver/origin.js');

self.backgroundFetchPolyfill = { force: true };
importScripts(
  '/dist/background-fetch-polyfill.sw.js',
  '/dist/background-fetch-polyfill.range.js',
);

const kMedia = '/pages/media/';

/** @param {Record<string, unknown>} message */
function report(message) {
  const body = JSON.stringify(message);
  return fetch(`${self.driverOrigin}/driver/reports`, { method: 'POST', body });
}

addEventListener('install', (event) => event.waitUntil(skipWaiting()));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname.startsWith(kMedia)) event.respondWith(answer(event.request, pathname));
});

/** @param {Request} request @param {string} pathname */
async function answer(request, pathname) {
  const response = await respondWithRange(request, await whole(pathname));
  const { status, headers } = response;
  report({
    kind: 'media',
    id: pathname.slice(kMedia.length),
    range: request.headers.get('range'),
    status,
    contentRange: headers.get('content-range'),
  });
  return response;
}

/** @param {string} pathname */
async function whole(pathname) {
  const fetching = await registration.backgroundFetch.get(pathname.slice(kMedia.length));
  if (!fetching) return caches.match(pathname);
  const [record] = await fetching.matchAll();
  return record.responseReady;
}

addEventListener('backgroundfetchsuccess', (event) => {
  event.waitUntil(keep(event.registration).catch((error) => {
    return report({ kind: 'worker-error', details: `${error.name}: ${error.message}` });
  }));
});

async function keep(fetching) {
  const [record] = await fetching.matchAll();
  const cache = await caches.open('media');
  await cache.put(`${kMedia}${fetching.id}`, await record.responseReady);
  await report({ kind: 'kept', id: fetching.id });
}
