// A worker that installs by itself. Compiled, never run.

import {
  BackgroundFetchEvent, install, respondWithRange,
} from 'background-fetch-polyfill/ponyfill/service-worker';

install({ allowFromServiceWorker: true, connections: 2 });

addEventListener('backgroundfetchabort', (event) => {
  const isOne: boolean = event instanceof BackgroundFetchEvent;
  console.log(isOne, respondWithRange);
});
