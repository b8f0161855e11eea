/** Files of given folders, as a web server for development would send them. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** @type {Record<string, string>} */
const kTypes = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.vtt': 'text/vtt; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
};

/** The drop-in for workers, and the same without wasm. */
const kWorkerScript = 'background-fetch-polyfill.sw.js';
const kWorkerScriptWithoutWasm = 'background-fetch-polyfill.nowasm.sw.js';

/**
 * @typedef {Record<string, string>} Roots  URL prefix with its slashes → folder
 */

/**
 * The longest prefix wins.
 *
 * @param {Roots} roots
 * @param {string} pathname
 * @returns {string | null} null outside of every root
 */
export function findFile(roots, pathname) {
  const prefixes = Object.keys(roots).filter((prefix) => pathname.startsWith(prefix));
  const prefix = prefixes.sort((a, b) => b.length - a.length)[0];
  if (prefix === undefined) return null;
  const relative = decodeURIComponent(pathname.slice(prefix.length));
  const folder = path.resolve(roots[prefix]);
  const file = path.resolve(folder, relative === '' || relative.endsWith('/')
    ? `${relative}index.html`
    : relative);
  return file.startsWith(folder + path.sep) ? file : null;
}

/**
 * Under another core the drop-in is another file, whoever asks for it.
 *
 * @param {string | null} file
 */
function withCoreUnderTest(file) {
  const isAnother = process.env.BROWSER_CORE === 'nowasm' && file !== null &&
    path.basename(file) === kWorkerScript;
  return isAnother ? path.join(path.dirname(file), kWorkerScriptWithoutWasm) : file;
}

/**
 * @param {Roots} roots
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {URL} url
 */
export async function answerStatic(roots, request, response, url) {
  const file = withCoreUnderTest(findFile(roots, url.pathname));
  const found = file === null ? null : await stat(file).catch(() => null);
  if (file === null || !found?.isFile()) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
    return;
  }
  response.writeHead(200, {
    'Content-Type': kTypes[path.extname(file)] ?? 'application/octet-stream',
    'Content-Length': found.size,
    'Cache-Control': 'no-cache',
    // A worker script may control the whole origin, wherever it lies.
    'Service-Worker-Allowed': '/',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(createReadStream(file), response);
}
