// What an app must be told before it runs. A line that is accepted is an error.

import { pause } from 'background-fetch-polyfill';

export async function mistakes(registration: ServiceWorkerRegistration): Promise<void> {
  const { backgroundFetch } = registration;
  // @ts-expect-error: the requests are missing
  await backgroundFetch.fetch('film');
  // @ts-expect-error: icons are a sequence
  const fetching = await backgroundFetch.fetch('film', '/film', { icons: {} });
  // @ts-expect-error: an icon needs a src
  await backgroundFetch.fetch('song', '/song', { icons: [{ sizes: '64x64' }] });
  // @ts-expect-error: bytes are a number
  await backgroundFetch.fetch('song', '/song', { downloadTotal: '82' });
  // @ts-expect-error: it may not be active any more
  (await backgroundFetch.get('film')).abort();
  // @ts-expect-error: read-only
  fetching.downloadTotal = 1;
  // @ts-expect-error: the registration itself, not its id
  await pause(fetching.id);
  // @ts-expect-error: no such result
  if (fetching.result === 'failed') return;
  // @ts-expect-error: no such failure reason
  if (fetching.failureReason === 'network') return;
  // @ts-expect-error: there may be no such record
  await (await fetching.match('/film')).responseReady;
  // @ts-expect-error: not constructible
  new BackgroundFetchManager();
  // @ts-expect-error: it is the manager of the registration
  registration.backgroundFetch = backgroundFetch;
  // @ts-expect-error: events are for service workers
  BackgroundFetchEvent;
}
