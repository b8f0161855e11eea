// The page of every consumer: it keeps one lesson, and can show it offline.

const kCache = 'lessons';

/** @param {Event} event */
const finishes = ({ target }) => /** @type {BackgroundFetchRegistration} */ (target).result !== '';

/**
 * @param {string} url
 * @returns {Promise<{result: string, isOurs: boolean, isOursInWorker: boolean}>}
 */
async function keepLesson(url) {
  await navigator.serviceWorker.register(new URL('sw.js', document.baseURI));
  const registration = await navigator.serviceWorker.ready;
  const download = await registration.backgroundFetch.fetch('lesson', [url], { title: 'Lesson' });
  await new Promise((resolve) => {
    download.addEventListener('progress', (event) => {
      if (finishes(event)) resolve(null);
    });
  });
  return {
    result: download.result,
    isOurs: BackgroundFetchManager.polyfill === true,
    isOursInWorker: await askWorker(registration),
  };
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<boolean>}
 */
function askWorker(registration) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    registration.active?.postMessage('isOurs', [port2]);
  });
}

/**
 * Waits until the worker has put it there: its event may begin later than the page hears.
 *
 * @param {string} url
 * @returns {Promise<ArrayBuffer>}
 */
async function readLesson(url) {
  for (;;) {
    const response = await caches.match(url, { cacheName: kCache });
    if (response) return response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Object.assign(window, { keepLesson, readLesson });
