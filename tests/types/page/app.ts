// A page that uses the whole API. Compiled, never run.

import { isPaused, pause, resume } from 'background-fetch-polyfill';

self.backgroundFetchPolyfill = { force: true, permission: 'granted' };

export async function download(urls: Set<string>): Promise<string> {
  const { state } = await navigator.permissions.query({ name: 'background-fetch' });
  await navigator.permissions.query({ name: 'geolocation' });
  if (state === 'denied' || !('BackgroundFetchManager' in self)) return state;

  const { backgroundFetch } = await navigator.serviceWorker.ready;
  const ids: readonly string[] = await backgroundFetch.getIds();
  const running = ids.includes('film') ? await backgroundFetch.get('film') : undefined;
  await backgroundFetch.fetch('one', '/one');
  await backgroundFetch.fetch('two', new URL('/two', location.href), {});
  await backgroundFetch.fetch('three', [new Request('/three', { method: 'POST', body: 'x' }), '/four']);
  const registration = running ?? (await backgroundFetch.fetch('film', urls, {
    title: 'A film',
    icons: [{ src: '/icon.png', sizes: '64x64', type: 'image/png', label: 'Film' }],
    downloadTotal: 82,
  }));

  registration.onprogress = function (event) {
    show(event.type, this.downloaded / this.downloadTotal, this.uploaded / this.uploadTotal);
  };
  registration.addEventListener('progress', function () {
    if (this.result === 'failure' && this.failureReason === 'quota-exceeded') show(this.id, 0, 0);
  }, { once: true });

  registration.addEventListener('pause', () => show('paused', 0, 0));
  const paused: boolean = isPaused(registration) || (await pause(registration));
  if (paused && (await resume(registration))) show('on', 0, 0);

  const record = await registration.match('/one', { ignoreSearch: true, ignoreVary: true });
  if (record instanceof BackgroundFetchRecord) show(record.request.url, 0, 0);
  const response = await record?.responseReady;
  const records: BackgroundFetchRecord[] = await registration.matchAll();
  await registration.matchAll(new Request('/one'), { ignoreMethod: true });
  const aborted: boolean = registration.recordsAvailable && (await registration.abort());
  const isOurs: true | undefined = BackgroundFetchManager.polyfill;
  return `${response?.status} ${records.length} ${aborted} ${isOurs}`;
}

function show(what: string, downloaded: number, uploaded: number): void {
  document.title = `${what} ${downloaded} ${uploaded}`;
}
