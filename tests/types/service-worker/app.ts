// A service worker that uses the whole API. Compiled, never run.

import { isPaused, pause, respondWithRange, resume, transfer } from 'background-fetch-polyfill/service-worker';

declare const self: ServiceWorkerGlobalScope;

globalThis.backgroundFetchPolyfill = {
  force: true,
  allowFromServiceWorker: true,
  notifications: { pause: 'Anhalten' },
  connections: 2,
  chunkBytes: 1_048_576,
  retries: 10,
  onerror: (message, error) => console.warn(message, error),
};

self.addEventListener('backgroundfetchsuccess', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open('films');
    for (const { request, responseReady } of await event.registration.matchAll()) {
      await cache.put(request, await responseReady);
    }
    await transfer(event.registration, cache);
    await event.updateUI({ title: 'Ready', icons: [{ src: '/icon.png' }] });
  })());
});
self.addEventListener('backgroundfetchfail', async (event) => {
  const { failureReason, result }: BackgroundFetchRegistration = event.registration;
  await event.updateUI({ title: `${result}: ${failureReason}` });
});
self.onbackgroundfetchabort = function (event) {
  event.waitUntil(this.clients.matchAll());
};
self.onbackgroundfetchclick = ({ registration: { id } }) => self.clients.openWindow(`/${id}`);
self.addEventListener('fetch', ({ request, respondWith }) => {
  respondWith(caches.match('/film').then((film) => film && respondWithRange(request, film)) as Promise<Response>);
});
self.addEventListener('push', (event) => {
  event.waitUntil((async () => {
    const film = await self.registration.backgroundFetch.get('film');
    if (film) await (isPaused(film) ? resume(film) : pause(film));
  })());
});
self.onbackgroundfetchsuccess = self.onbackgroundfetchfail = null;

export async function start(): Promise<BackgroundFetchEvent> {
  const registration = await self.registration.backgroundFetch.fetch('film', ['/film']);
  return new BackgroundFetchUpdateUIEvent('backgroundfetchsuccess', { registration });
}
