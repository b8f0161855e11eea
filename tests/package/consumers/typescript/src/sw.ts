import './settings';
import 'background-fetch-polyfill/service-worker';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('backgroundfetchsuccess', (event) => {
  const keep = async () => {
    const cache = await caches.open('lessons');
    for (const { request, responseReady } of await event.registration.matchAll()) {
      await cache.put(request, await responseReady);
    }
  };
  event.waitUntil(keep());
});

self.addEventListener('message', ({ data, ports }) => {
  if (data === 'isOurs') ports[0].postMessage(BackgroundFetchManager.polyfill === true);
});

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open('shell').then((cache) => cache.addAll(['./', 'main.js'])));
});

self.addEventListener('fetch', (event) => {
  const kept = caches.match(event.request, { cacheName: 'shell', ignoreSearch: true });
  event.respondWith(kept.then((response) => response ?? fetch(event.request)));
});
