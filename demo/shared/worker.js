// What the service workers of this demo share: the polyfill, pages without a
// network, media from wherever they are.
//
// In a function: scripts of a worker share their global names.

(() => {
  self.backgroundFetchPolyfill = { force: true };
  importScripts('/dist/background-fetch-polyfill.sw.js', '/dist/background-fetch-polyfill.range.js');

  /** The type checker knows `self` only as some worker's global. */
  const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

  const kSharedFiles = [
    '/dist/background-fetch-polyfill.js',
    '/dist/background-fetch-polyfill.tray.js',
    '/icon.svg',
    '/manifest.webmanifest',
    '/shared/connection.js',
    '/shared/errors.js',
    '/shared/fetches.js',
    '/shared/format.js',
    '/shared/open-worker.js',
    '/shared/page.js',
    '/shared/player-bar.js',
    '/shared/server.js',
    '/shared/settings.js',
    '/shared/style.css',
    '/shared/tray-clicks.js',
  ];

  worker.addEventListener('install', () => worker.skipWaiting());
  worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener('message', (event) => {
    if (event.data?.type === 'claim') event.waitUntil(worker.clients.claim());
  });

  /** @type {Set<Promise<unknown>>} What is on its way into a Cache. */
  const moving = new Set();

  self.demoWorker = {
    serveShell(cacheName, ownFiles) {
      const files = [...kSharedFiles, ...ownFiles];
      worker.addEventListener('install', (event) => {
        event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)));
      });
      worker.addEventListener('fetch', (event) => {
        const { origin, pathname } = new URL(event.request.url);
        if (event.request.method !== 'GET' || origin !== location.origin) return;
        if (files.includes(pathname)) event.respondWith(shellFile(cacheName, event.request));
      });
    },

    serveMedia(cacheName) {
      worker.addEventListener('fetch', (event) => {
        const { origin, pathname } = new URL(event.request.url);
        if (origin !== location.origin || !pathname.startsWith('/bytes/')) return;
        event.respondWith(media(event.request, cacheName));
      });
    },

    async whileMoving(work) {
      moving.add(work);
      try {
        await work;
      } finally {
        moving.delete(work);
        for (const client of await worker.clients.matchAll({ type: 'window' })) {
          client.postMessage({ type: 'kept' });
        }
      }
    },
  };

  /**
   * From the network, so that a change shows at the next reload; from the cache
   * without one.
   *
   * @param {string} cacheName
   * @param {Request} request
   */
  async function shellFile(cacheName, request) {
    const cache = await caches.open(cacheName);
    try {
      const response = await fetch(request);
      if (response.ok) await cache.put(new URL(request.url).pathname, response.clone());
      return response;
    } catch {
      return (await cache.match(request, { ignoreSearch: true })) ?? Response.error();
    }
  }

  /**
   * Media elements ask for ranges: 206 answers come from a download that goes on,
   * from the Cache, or else from the server.
   *
   * @param {Request} request
   * @param {string} cacheName
   */
  async function media(request, cacheName) {
    const whole = (await downloading(request.url)) ?? (await kept(request.url, cacheName));
    return whole ? respondWithRange(request, whole) : fetch(request);
  }

  /** @param {string} url */
  async function downloading(url) {
    const { backgroundFetch } = worker.registration;
    for (const id of await backgroundFetch.getIds()) {
      const download = await backgroundFetch.get(id);
      const record = await download?.match(url);
      // Resolves with the head; the body comes while it is stored.
      if (record) return record.responseReady;
    }
    return undefined;
  }

  /** @param {string} url @param {string} cacheName */
  async function kept(url, cacheName) {
    await Promise.allSettled(moving);
    return caches.match(url, { cacheName });
  }
})();
