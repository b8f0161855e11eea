/**
 * A service worker that does what a test wants: `?script=` is the source of a
 * function that gets `report` and is run when the worker starts.
 */

importScripts('/driver/origin.js');

/** @param {Record<string, unknown>} message */
function report(message) {
  const body = JSON.stringify({ ...message, scope: registration.scope });
  return fetch(`${self.driverOrigin}/driver/reports`, { method: 'POST', body });
}

addEventListener('unhandledrejection', (event) => {
  report({ kind: 'worker-rejection', details: String(event.reason) });
});

self.backgroundFetchPolyfill = { force: true };
importScripts('/dist/background-fetch-polyfill.sw.js');

addEventListener('install', (event) => event.waitUntil(skipWaiting()));

new Function(`return (${new URL(location.href).searchParams.get('script')});`)()(report);
