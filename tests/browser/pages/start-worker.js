/** A worker that answers, with or without our script (`?polyfill=on`). */

const startedAt = performance.now();
if (new URL(location.href).searchParams.get('polyfill') === 'on') {
  self.backgroundFetchPolyfill = { force: true };
  importScripts('/dist/background-fetch-polyfill.sw.js');
}
const evaluationMs = performance.now() - startedAt;

addEventListener('message', ({ ports }) => ports[0].postMessage({ evaluationMs }));
