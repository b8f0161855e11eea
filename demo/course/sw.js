// The course's service worker: lessons are moved into a Cache when their
// download has ended, also those of one that has failed in part.

importScripts('/shared/worker.js', '/dist/background-fetch-polyfill.transfer.js');

/** The type checker knows `self` only as some worker's global. */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const kLessonsCache = 'course-lessons';

self.demoWorker.serveShell('course-shell', [
  '/course/', '/course/course.js', '/course/lamp.svg', '/course/lesson-3.vtt',
  '/course/lessons.js', '/course/style.css',
  '/dist/background-fetch-polyfill.transfer.js',
]);
self.demoWorker.serveMedia(kLessonsCache);

worker.addEventListener('backgroundfetchsuccess', (event) => {
  event.waitUntil(self.demoWorker.whileMoving(move(event)));
});

worker.addEventListener('backgroundfetchfail', (event) => {
  // It rejects, since not all can be moved; what is there is moved all the same.
  event.waitUntil(self.demoWorker.whileMoving(move(event).catch(() => {})));
});

/** @param {BackgroundFetchUpdateUIEvent} event */
async function move(event) {
  await transfer(event.registration, await caches.open(kLessonsCache));
  await event.updateUI({ title: 'All lessons are ready' });
}

worker.addEventListener('backgroundfetchclick', (event) => {
  event.waitUntil(worker.clients.openWindow('/course/'));
});
