// The lab's service worker: sums up what has come, and stands still when told.

importScripts('/shared/worker.js');

/** The type checker knows `self` only as some worker's global. */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

self.demoWorker.serveShell('lab-shell', [
  '/dist/trace.mjs', '/lab/', '/lab/examples.js', '/lab/faults.js', '/lab/lab.js', '/lab/map.js',
  '/lab/storage.js', '/lab/style.css',
]);

worker.addEventListener('backgroundfetchsuccess', (event) => {
  event.waitUntil(sumUp(event));
});

/** @param {BackgroundFetchUpdateUIEvent} event */
async function sumUp({ registration }) {
  const [record] = await registration.matchAll();
  const bytes = await (await record.responseReady).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  for (const client of await worker.clients.matchAll({ type: 'window' })) {
    client.postMessage({ type: 'sum', id: registration.id, size: bytes.byteLength, sha256 });
  }
}

worker.addEventListener('message', ({ data }) => {
  if (data?.type !== 'stall') return;
  // Nothing else runs meanwhile: neither answers nor timers, nor what has arrived.
  for (const until = Date.now() + data.ms; Date.now() < until; );
});

worker.addEventListener('backgroundfetchclick', (event) => {
  event.waitUntil(worker.clients.openWindow('/lab/'));
});
