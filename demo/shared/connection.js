// Says when there is no network, or no server behind it.

import { byId } from './page.js';

const kRetryMs = 3_000;

/**
 * `navigator.onLine` knows of cables, not of servers. No other method would do:
 * GETs of this page are answered from the cache by the service worker.
 */
async function isServerThere() {
  try {
    await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

/** @returns {() => void} To be called where the server did not answer. */
export function watchConnection() {
  let timer = 0;
  const update = async () => {
    const isConnected = navigator.onLine && (await isServerThere());
    byId('connection', HTMLElement).hidden = isConnected;
    clearTimeout(timer);
    // Asked again only while it is away: each question is an event that keeps
    // the service worker running, and this page is here to show it without help.
    if (!isConnected) timer = setTimeout(update, kRetryMs);
  };
  addEventListener('online', update);
  addEventListener('offline', update);
  update();
  return update;
}
