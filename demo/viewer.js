// Shows one stored file: its first bytes as a picture, its size, its hash.

import { formatBytes } from './format.js';
import { byId } from './page.js';

/**
 * @param {string} name
 * @param {Response} response
 */
export async function openFile(name, response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  byId('viewer-name', HTMLElement).textContent = name;
  byId('viewer-size', HTMLElement).textContent =
    `${formatBytes(bytes.length)} (${bytes.length.toLocaleString('en')} bytes)`;
  byId('viewer-type', HTMLElement).textContent = response.headers.get('content-type') ?? 'unknown';
  byId('viewer-digest', HTMLElement).textContent = toHex(new Uint8Array(digest));
  draw(byId('viewer-picture', HTMLCanvasElement), bytes);
  byId('viewer', HTMLDialogElement).showModal();
}

/** @param {Uint8Array} bytes */
function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {HTMLCanvasElement} canvas @param {Uint8Array} bytes  Three a square. */
function draw(canvas, bytes) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let square = 0; square < canvas.width * canvas.height; square += 1) {
    const from = square * 3;
    const isThere = from + 3 <= bytes.length;
    if (isThere) picture.data.set(bytes.subarray(from, from + 3), square * 4);
    picture.data[square * 4 + 3] = isThere ? 255 : 0;
  }
  context.putImageData(picture, 0, 0);
}
