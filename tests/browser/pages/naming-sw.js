/** A service worker for tests: it gives each fetch another name and icon at its end. */

self.backgroundFetchPolyfill = { force: true };
importScripts('/dist/background-fetch-polyfill.sw.js');

addEventListener('install', (event) => event.waitUntil(skipWaiting()));

addEventListener('backgroundfetchsuccess', (event) => {
  event.waitUntil(event.updateUI({ title: 'Renamed', icons: [{ src: 'there.svg' }] }));
});
