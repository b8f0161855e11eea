// A page that decides for itself when to install. Compiled, never run.

import {
  BackgroundFetchManager, BackgroundFetchRecord, install, pause,
} from 'background-fetch-polyfill/ponyfill';

export async function start(id: string): Promise<boolean> {
  const isOurs: boolean = install({ force: true, permission: 'granted' });
  const { backgroundFetch } = await navigator.serviceWorker.ready;
  if (!(backgroundFetch instanceof BackgroundFetchManager)) return false;
  const registration = await backgroundFetch.get(id);
  if (registration) await pause(registration);
  const record: BackgroundFetchRecord | undefined = await registration?.match('/one');
  // @ts-expect-error: a number
  install({ retries: 'many' });
  return isOurs && record instanceof BackgroundFetchRecord;
}
