// What an app without Workbox does to start offline.

/** @param {string[]} files */
self.keepShell = (files) => {
  addEventListener('install', (event) => {
    event.waitUntil(caches.open('shell').then((cache) => cache.addAll(files)));
  });
  addEventListener('fetch', (event) => {
    const kept = caches.match(event.request, { cacheName: 'shell', ignoreSearch: true });
    event.respondWith(kept.then((response) => response ?? fetch(event.request)));
  });
};
