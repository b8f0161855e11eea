/**
 * Which requests a background fetch may make at all, as far as a script can
 * know. The platform's fetch() would answer the others with a network error,
 * which looks like a lost network and would be retried for long. Pages need not
 * carry these rules: their worker is of the same origin.
 */

import { makeError } from '../shared/errors.js';

/** Fetch, "bad port". */
const kBlockedPorts = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
];

/** Secure Contexts, "potentially trustworthy" without TLS. */
const kLoopbackPattern = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/;

/** @param {string} url  Of a request. */
export function requireFetchable(url) {
  const { protocol, hostname, port } = new URL(url);
  const isHttp = protocol === 'http:';
  if (!isHttp && protocol !== 'https:') refuse(url, `with the scheme ${protocol}`);
  if (port && kBlockedPorts.includes(Number(port))) refuse(url, `on port ${port}`);
  if (isHttp && globalThis.location?.protocol === 'https:' && !kLoopbackPattern.test(hostname)) {
    refuse(url, 'without TLS from a page with TLS');
  }
}

/** @param {string} url @param {string} how */
function refuse(url, how) {
  throw makeError('TypeError', `A background fetch cannot be made ${how}: ${url}`);
}
