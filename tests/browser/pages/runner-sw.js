/**
 * A service worker that runs functions which pages send it as a source, and
 * answers over the port that comes with them; see `runInWorker` in fetching.mjs.
 *
 * `?polyfill=off` leaves our script out, `?settings=` is JSON for it.
 */

const parameters = new URL(location.href).searchParams;

importScripts('/driver/origin.js', '/pages/shape.js');

if (parameters.get('polyfill') !== 'off') {
  const settings = JSON.parse(parameters.get('settings') ?? '{}');
  self.backgroundFetchPolyfill = { force: true, ...settings };
  importScripts('/dist/background-fetch-polyfill.sw.js');
}

addEventListener('install', (event) => event.waitUntil(skipWaiting()));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('message', (event) => {
  const { data: { source, argument }, ports: [port] } = event;
  event.waitUntil((async () => {
    try {
      const value = await new Function(`return (${source});`)()(argument);
      port.postMessage({ ok: true, json: JSON.stringify(value ?? null) });
    } catch (error) {
      port.postMessage({ ok: false, text: `${error.name}: ${error.message}\n${error.stack}` });
    }
  })());
});
