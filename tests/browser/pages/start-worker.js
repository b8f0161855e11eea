/** A worker that answers, with or without our script (`?script=` its address). */

const startedAt = performance.now();
const script = new URL(location.href).searchParams.get('script');
if (script) {
  self.backgroundFetchPolyfill = { force: true };
  importScripts(script);
}
const evaluationMs = performance.now() - startedAt;

addEventListener('message', ({ ports }) => ports[0].postMessage({ evaluationMs }));
