// The page of every consumer: it keeps one lesson, and can show it offline.

const kCache = 'lessons';

/** @param {Event} event */
const finishes = ({ target }) => /** @type {BackgroundFetchRegistration} */ (target).result !== '';

/**
 * @param {string} url
 * @returns {Promise<{result: string, polyfill: boolean}>}
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
  return { result: download.result, polyfill: BackgroundFetchManager.polyfill === true };
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
