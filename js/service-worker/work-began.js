/**
 * Tells pages that there is work to watch now; they do not know otherwise.
 */

import { makeWorkBegan } from '../shared/messages.js';

/**
 * Clients are looked up anew each time: one that is kept evicts its page from
 * the back/forward cache.
 *
 * @param {ServiceWorkerGlobalScope} worker
 * @param {Set<string>} greeted  Clients that said hello: on other pages nobody
 *   swallows the message, and the app would see it. Those that are gone are
 *   taken out.
 * @param {string} asker  The client that knows already.
 */
export async function tellWorkBegan(worker, greeted, asker) {
  const clients = await worker.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  const present = new Set(clients.map(({ id }) => id));
  for (const id of greeted) if (!present.has(id)) greeted.delete(id);
  for (const client of clients) {
    if (client.id !== asker && greeted.has(client.id)) client.postMessage(makeWorkBegan());
  }
}
