/** What both ends of a cable say before and between bytes: lines. */

import { once } from 'node:events';

/** Opens the connection over which the cable is pulled; others begin with their port. */
export const kControlLine = 'control';

/**
 * @param {import('node:net').Socket} socket  Its next bytes stay in it.
 * @returns {Promise<string>} '' when the connection has ended
 */
export async function readLine(socket) {
  const bytes = [];
  for (;;) {
    /** @type {Buffer | null} */
    const byte = socket.read(1);
    if (byte === null) {
      if (socket.readableEnded || socket.destroyed) return '';
      await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    } else if (byte.toString() === '\n') {
      return bytes.join('');
    } else {
      bytes.push(byte.toString());
    }
  }
}
