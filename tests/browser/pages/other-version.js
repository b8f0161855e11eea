/** A worker of another release, as far as a page can tell: its hello says so. */

addEventListener('install', (event) => event.waitUntil(skipWaiting()));
addEventListener('message', ({ ports }) => {
  ports[0].postMessage({ ok: true, value: { version: 99, working: false, epoch: '' } });
});
