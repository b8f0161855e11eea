// A service worker that loads the drop-in scripts: types/README.md says what it declares.

declare const respondWithRange: typeof import('background-fetch-polyfill/service-worker').respondWithRange;
declare const transfer: typeof import('background-fetch-polyfill/service-worker').transfer;
declare const self: ServiceWorkerGlobalScope;

importScripts('/background-fetch-polyfill.sw.js', '/background-fetch-polyfill.range.js');

self.onfetch = (event) => {
  event.respondWith(caches.match(event.request).then((whole) =>
    (whole ? respondWithRange(event.request, whole) : fetch(event.request))));
};

self.onbackgroundfetchsuccess = ({ registration }) => {
  void caches.open('films').then((cache) => transfer(registration, cache));
};

self.onbackgroundfetchclick = (event) => {
  // @ts-expect-error: it is no final event
  event.updateUI({ title: 'Done' });
};

export {};
