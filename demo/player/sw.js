// The player's service worker: what has been downloaded goes into a Cache, and
// media elements play from there, or from the download while it goes on.

importScripts('/shared/worker.js');

/** The type checker knows `self` only as some worker's global. */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const kEpisodesCache = 'player-episodes';

self.demoWorker.serveShell('player-shell', [
  '/player/', '/player/episodes.js', '/player/player.js', '/player/queue.js', '/player/style.css',
]);
self.demoWorker.serveMedia(kEpisodesCache);

worker.addEventListener('backgroundfetchsuccess', (event) => {
  event.waitUntil(self.demoWorker.whileMoving(keep(event)));
});

/**
 * Copied, not moved by transfer(): an episode may be playing, and is read from
 * where it was downloaded to until this event has ended.
 *
 * @param {BackgroundFetchUpdateUIEvent} event
 */
async function keep(event) {
  const cache = await caches.open(kEpisodesCache);
  for (const record of await event.registration.matchAll()) {
    await cache.put(record.request, await record.responseReady);
  }
  await event.updateUI({ title: 'An episode is ready to be played offline' });
}

worker.addEventListener('backgroundfetchclick', (event) => {
  event.waitUntil(worker.clients.openWindow('/player/'));
});
