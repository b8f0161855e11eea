import './settings';
import 'background-fetch-polyfill';

interface Kept {
  result: BackgroundFetchResult;
  isOurs: boolean;
  isOursInWorker: boolean;
}

async function keepLesson(url: string): Promise<Kept> {
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
  return {
    result: download.result,
    isOurs: BackgroundFetchManager.polyfill === true,
    isOursInWorker: await askWorker(registration),
  };
}

function askWorker(registration: ServiceWorkerRegistration): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    registration.active?.postMessage('isOurs', [port2]);
  });
}

async function readLesson(url: string): Promise<ArrayBuffer> {
  for (;;) {
    const response = await caches.match(url, { cacheName: 'lessons' });
    if (response) return response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Object.assign(window, { keepLesson, readLesson });
