/**
 * A dedicated worker with the polyfill: starts a background fetch when it is
 * told to, where it can reach a service worker registration.
 */

self.backgroundFetchPolyfill = { force: true };
importScripts('/dist/background-fetch-polyfill.js');

addEventListener('message', async ({ data: { scope, id, url } }) => {
  try {
    // Chromium has no container here.
    const registration = await navigator.serviceWorker?.getRegistration(scope);
    if (!registration?.backgroundFetch || !BackgroundFetchManager.polyfill) {
      postMessage({ outcome: 'no registration' });
      return;
    }
    const fetching = await registration.backgroundFetch.fetch(id, url);
    while (fetching.result === '') {
      await new Promise((resolve) => {
        fetching.addEventListener('progress', resolve, { once: true });
      });
    }
    postMessage({ outcome: fetching.result, downloaded: fetching.downloaded });
  } catch (error) {
    postMessage({ outcome: error.name });
  }
});
