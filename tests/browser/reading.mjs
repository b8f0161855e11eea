/** Pages that read a body while it downloads. */

import { kScope } from './fetching.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

/**
 * Begins to read the first record of an active fetch.
 *
 * @param {Page} page
 * @param {string} id
 * @param {string} name  of the reading
 * @returns {Promise<{status: number, url: string, firstBytes: number}>} With its first bytes.
 */
export function beginReading(page, id, name) {
  return page.run(async ({ scope, id, name }) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    const fetching = await worker?.backgroundFetch.get(id);
    if (!fetching) throw new Error(`${id} is not active`);
    const [record] = await fetching.matchAll();
    const response = await record.responseReady;
    const { status, url, body } = response;
    if (!body) throw new Error('there is no body');
    const reader = body.getReader();
    const { value: first } = await reader.read();
    if (!first) throw new Error('the body is empty');
    const readToEnd = async () => {
      const slices = [first];
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          slices.push(value);
        }
      } catch (error) {
        return { error: /** @type {Error} */ (error).name };
      }
      const bytes = await new Blob(slices).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return { size: bytes.byteLength, sha256 };
    };
    /** @type {any} */ (globalThis)[name] = { readToEnd };
    return { status, url, firstBytes: first.length };
  }, { scope: kScope, id, name });
}

/**
 * @param {Page} page
 * @param {string} name
 * @returns {Promise<{size?: number, sha256?: string, error?: string}>}
 */
export function endReading(page, name) {
  return page.run((name) => /** @type {any} */ (globalThis)[name].readToEnd(), name);
}
