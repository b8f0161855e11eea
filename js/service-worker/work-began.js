/**
 * Tells pages that there is work to watch now; they do not know otherwise.
 */

import { makeWorkBegan } from '../shared/messages.js';

/**
 * Clients are looked up anew each time: one that is kept evicts its page from
 * the back/forward cache.
 *
 * @param {ServiceWorkerGlobalScope} worker
 * @param {string} asker  The client that knows already.
 */
export async function tellWorkBegan(worker, asker) {
  const clients = await worker.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  for (const client of clients) {
    // Those of other scopes have a worker of their own to ask.
    if (client.id === asker || !client.url.startsWith(worker.registration.scope)) continue;
    client.postMessage(makeWorkBegan());
  }
}
