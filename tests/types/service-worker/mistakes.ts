// What an app must be told before it runs. A line that is accepted is an error.

import 'background-fetch-polyfill/service-worker';

declare const self: ServiceWorkerGlobalScope;

// @ts-expect-error: an event needs a registration
new BackgroundFetchEvent('backgroundfetchsuccess');
// @ts-expect-error: this one, too
new BackgroundFetchUpdateUIEvent('backgroundfetchsuccess', {});

self.addEventListener('backgroundfetchabort', (event) => {
  // @ts-expect-error: what was aborted has nothing to show
  event.updateUI({ title: 'Aborted' });
});
self.addEventListener('backgroundfetchfail', (event) => {
  // @ts-expect-error: read-only
  event.registration = null;
  // @ts-expect-error: a title is a string
  event.updateUI({ title: 1 });
});
// @ts-expect-error: a handler is a function or null
self.onbackgroundfetchclick = 'open';
// @ts-expect-error: a worker has no document
document;
