// The worker of every consumer: what a background fetch has brought goes into a cache.

addEventListener('backgroundfetchsuccess', (event) => {
  const keep = async () => {
    const cache = await caches.open('lessons');
    for (const { request, responseReady } of await event.registration.matchAll()) {
      await cache.put(request, await responseReady);
    }
  };
  event.waitUntil(keep());
});

// Whether the polyfill is at work here.
addEventListener('message', ({ data, ports }) => {
  if (data === 'isOurs') ports[0].postMessage(BackgroundFetchManager.polyfill === true);
});
