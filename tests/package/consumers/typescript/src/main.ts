import './settings';
import 'background-fetch-polyfill';

async function keepLesson(url: string): Promise<{ result: string; polyfill: boolean }> {
  await navigator.serviceWorker.register(new URL('sw.js', document.baseURI));
  const registration = await navigator.serviceWorker.ready;
  const download: BackgroundFetchRegistration = await registration.backgroundFetch.fetch(
    'lesson', [url], { title: 'Lesson' },
  );
  await new Promise<void>((resolve) => {
    download.addEventListener('progress', () => {
      if (download.result !== '') resolve();
    });
  });
  return { result: download.result, polyfill: BackgroundFetchManager.polyfill === true };
}

async function readLesson(url: string): Promise<ArrayBuffer> {
  for (;;) {
    const response = await caches.match(url, { cacheName: 'lessons' });
    if (response) return response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Object.assign(window, { keepLesson, readLesson });
