/**
 * The worker under every script: carries out what the page sends it, and tells
 * the pages when a background fetch has ended.
 *
 * `?polyfill=off` leaves our script out; `?allow` lets the worker fetch.
 */

const parameters = new URL(location.href).searchParams;

importScripts('/differential/describe.js');
if (parameters.get('polyfill') !== 'off') {
  self.backgroundFetchPolyfill = { force: true };
  importScripts('/dist/background-fetch-polyfill.sw.js');
}

addEventListener('install', (event) => event.waitUntil(skipWaiting()));

/**
 * By id of the background fetch: what the script does at its end.
 *
 * @type {Map<string, (event: any, fact: (name: string, value: unknown) => void,
 *   tools: any) => unknown>}
 */
const handlers = new Map();

/** @param {string} source */
function parse(source) {
  return new Function(`return (${source});`)();
}

addEventListener('message', (event) => {
  const { run, argument, onEnd, source } = event.data ?? {};
  const [port] = event.ports;
  if (onEnd !== undefined) {
    handlers.set(onEnd, parse(source));
    port.postMessage({ value: null });
  } else if (run !== undefined) {
    event.waitUntil((async () => {
      try {
        port.postMessage({ value: (await parse(run)(argument, describe)) ?? null });
      } catch (error) {
        port.postMessage({ error: `${error.name}: ${error.message}\n${error.stack}` });
      }
    })());
  }
});

for (const type of ['success', 'fail', 'abort']) {
  addEventListener(`backgroundfetch${type}`, (event) => {
    const { id } = event.registration;
    const facts = { type: event.type };
    const fact = (name, value) => {
      facts[name] = describe.describe(value);
    };
    const atEnd = handlers.get(id);
    handlers.delete(id);
    let ending;
    try {
      ending = Promise.resolve(atEnd?.(event, fact, describe));
    } catch (error) {
      ending = Promise.reject(error);
    }
    event.waitUntil(ending
      .catch((error) => fact('handler failed', `${error.name}: ${error.message}`))
      .then(() => tellPages({ ended: id, facts })));
  });
}

async function tellPages(message) {
  const pages = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const page of pages) page.postMessage(message);
}
