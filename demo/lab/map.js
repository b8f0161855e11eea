// A body as a bar: what is stored, what is on its way, what is asked for.

import { formatBytes } from '../shared/format.js';
import { byId } from '../shared/page.js';

const kSvg = 'http://www.w3.org/2000/svg';

/**
 * @param {object} parts
 * @param {number} parts.size
 * @param {import('./storage.js').Bytes[]} parts.stored
 * @param {import('../shared/server.js').Asked[]} parts.asked
 */
export function showMap({ size, stored, asked }) {
  const running = asked.flatMap(({ sent, endedAt, bytesWritten }) => (
    sent && endedAt === null ? [{ ...sent, written: sent.begin + bytesWritten }] : []));
  const map = byId('map', SVGSVGElement);
  map.replaceChildren(
    ...running.map(({ begin, end }) => bar('asked', begin, end, size)),
    ...running.map(({ begin, written }) => bar('coming', begin, written, size)),
    ...stored.map(({ begin, end }) => bar('stored', begin, end, size)),
  );
  const sum = stored.reduce((bytes, { begin, end }) => bytes + end - begin, 0);
  const text = `${formatBytes(sum)} of ${formatBytes(size)} stored, in ${count(stored, 'range')}; ` +
    `${count(running, 'request')} under way`;
  map.setAttribute('aria-label', text);
  byId('map-text', HTMLElement).textContent = text;
}

/** @param {unknown[]} list @param {string} what */
function count({ length }, what) {
  return `${length}\u00a0${what}${length === 1 ? '' : 's'}`;
}

/** @param {string} kind @param {number} begin @param {number} end @param {number} size */
function bar(kind, begin, end, size) {
  const rect = document.createElementNS(kSvg, 'rect');
  rect.setAttribute('class', kind);
  rect.setAttribute('x', `${(begin / size) * 100}%`);
  rect.setAttribute('width', `${(Math.max(0, Math.min(end, size) - begin) / size) * 100}%`);
  rect.setAttribute('height', '100%');
  return rect;
}
