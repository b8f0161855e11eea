/**
 * A service worker for tests: reports what the background fetch events bring,
 * down to the hash of every body.
 *
 * `?polyfill=off` leaves our script out, `twice` loads it again; `?install=never`
 * never becomes active, `wait` when its predecessor has no page left; `?late=on`
 * listens before and after our script does; `?fetch=on` listens to fetch events. Any
 * other parameter makes another version.
 */

const parameters = new URL(location.href).searchParams;

importScripts('/driver/origin.js');

/** @param {Record<string, unknown>} message */
function report(message) {
  const body = JSON.stringify({ ...message, scope: registration.scope });
  return fetch(`${self.driverOrigin}/driver/reports`, { method: 'POST', body });
}

/** @param {any} value */
function describe(value) {
  return value instanceof Error ? `${value.name}: ${value.message}\n${value.stack}` : String(value);
}

addEventListener('error', (event) => {
  report({ kind: 'worker-error', details: describe(event.error ?? event.message) });
});
addEventListener('unhandledrejection', (event) => {
  report({ kind: 'worker-rejection', details: describe(event.reason) });
});
const { error: consoleError } = console;
console.error = (...values) => {
  report({ kind: 'worker-console', details: values.map(describe).join(' ') });
  consoleError.apply(console, values);
};

/** @param {string} when */
function listen(when) {
  addEventListener('message', ({ data }) => {
    report({ kind: `message-${when}`, data: JSON.stringify(data) });
  });
  addEventListener('sync', ({ tag }) => report({ kind: `sync-${when}`, tag }));
}

if (parameters.get('late') === 'on') listen('before');

if (parameters.get('polyfill') !== 'off') {
  self.backgroundFetchPolyfill = { force: true };
  importScripts('/dist/background-fetch-polyfill.sw.js');
  if (parameters.get('polyfill') === 'twice') {
    importScripts('/dist/background-fetch-polyfill.sw.js?again');
  }
}

if (parameters.get('late') === 'on') listen('after');

addEventListener('install', (event) => {
  if (parameters.get('install') === 'never') event.waitUntil(new Promise(() => {}));
  if (parameters.get('install') !== 'wait') event.waitUntil(skipWaiting());
});
addEventListener('activate', (event) => {
  report({ kind: 'activate', script: location.pathname + location.search });
  event.waitUntil(clients.claim());
});

if (parameters.get('fetch') === 'on') {
  addEventListener('fetch', ({ request: { mode, url } }) => report({ kind: 'fetch', mode, url }));
}

for (const type of ['success', 'fail', 'abort', 'click']) {
  addEventListener(`backgroundfetch${type}`, (event) => {
    event.waitUntil(reportEvent(event).catch((error) => {
      return report({ kind: 'worker-error', details: describe(error) });
    }));
  });
}

/** `{ read: id }`: reads the fetch's first record while it comes. */
addEventListener('message', (event) => {
  if (event.data?.read) event.waitUntil(reportReading(event.data.read));
});

/** `{ ask: 'onLine' }`, with a port. */
addEventListener('message', ({ data, ports: [port] }) => {
  if (data?.ask === 'onLine') port.postMessage(navigator.onLine);
});

async function reportReading(id) {
  const fetching = await registration.backgroundFetch.get(id);
  const [record] = await fetching.matchAll();
  await report({ kind: 'read', id, record: await readRecord(record), result: fetching.result });
}

async function reportEvent(event) {
  const { id, result, failureReason, downloaded, downloadTotal, recordsAvailable } =
    event.registration;
  const records = [];
  for (const record of await event.registration.matchAll()) records.push(await readRecord(record));
  await report({
    kind: event.type,
    polyfill: BackgroundFetchManager.polyfill,
    id, result, failureReason, downloaded, downloadTotal, recordsAvailable, records,
  });
}

async function readRecord(record) {
  const { url } = record.request;
  try {
    const response = await record.responseReady;
    const bytes = await response.arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return { url, status: response.status, size: bytes.byteLength, sha256 };
  } catch (error) {
    return { url, error: error.name };
  }
}
