/** An HTTP client that keeps what it got when the server cuts it off. */

import { request } from 'node:http';

/**
 * @param {string} url
 * @param {Record<string, string>} [headers]
 * @param {{method?: string, leaveAtHead?: boolean}} [options]
 * @returns {Promise<{status: number, headers: import('node:http').IncomingHttpHeaders,
 *   body: Buffer, complete: boolean}>}
 */
export function get(url, headers = {}, { method = 'GET', leaveAtHead = false } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      /** @type {Buffer[]} */
      const pieces = [];
      incoming.on('data', (piece) => pieces.push(piece));
      // A cut shows as 'error', then 'close', with `complete` still false.
      incoming.on('error', () => {});
      incoming.on('close', () => resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: Buffer.concat(pieces),
        complete: incoming.complete,
      }));
      if (leaveAtHead) incoming.destroy();
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
