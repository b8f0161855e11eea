/**
 * Writes one answer's body: at the pace of the slower of client and plan, and up
 * to the byte at which the plan drops the connection.
 */

import { setTimeout as pause } from 'node:timers/promises';

/** Large enough for loopback speed, small enough to see an abort soon. */
const kPieceBytes = 256 * 1024;

/** A slowed connection moves at least this many times a second. */
const kStepsPerSecond = 20;

/**
 * @typedef {object} Cut
 * @property {number} afterBytes  of this answer's body
 * @property {() => boolean} permits  asked on arrival there; false: go on
 * @property {boolean} reset  by RST, which may cost the client bytes in flight
 */

/**
 * @typedef {object} BodyPlan
 * @property {number} length
 * @property {(offset: number, length: number) => Buffer} read
 * @property {number} bytesPerSecond
 * @property {Cut[]} cuts
 */

/**
 * Resolves when all is written, the connection is cut or the client has left.
 *
 * @param {import('node:http').ServerResponse} response  its head is written
 * @param {BodyPlan} body
 * @param {(bytes: number) => void} onWritten
 * @returns {Promise<'complete' | 'cut' | 'client left'>}
 */
export async function writeBody(response, body, onWritten) {
  const stepBytes = Math.max(1, Math.floor(body.bytesPerSecond / kStepsPerSecond));
  const startedAt = performance.now();
  const cuts = [...body.cuts].sort((a, b) => a.afterBytes - b.afterBytes);
  let offset = 0;
  for (;;) {
    while (cuts.length > 0 && cuts[0].afterBytes === offset) {
      const { permits, reset } = /** @type {Cut} */ (cuts.shift());
      if (!permits()) continue;
      dropConnection(response, reset);
      return 'cut';
    }
    if (offset === body.length) break;
    const nextCut = cuts.length > 0 ? cuts[0].afterBytes : Infinity;
    const pieceEnd = Math.min(offset + kPieceBytes, offset + stepBytes, body.length, nextCut);
    if (!(await write(response, body.read(offset, pieceEnd - offset)))) return 'client left';
    onWritten(pieceEnd - offset);
    offset = pieceEnd;
    // The client may send its next request as soon as it has the last byte; the
    // answer to that one waits until this one has ended.
    if (offset === body.length) continue;
    const aheadMs = (offset / body.bytesPerSecond) * 1000 - (performance.now() - startedAt);
    if (aheadMs > 0) await pause(aheadMs);
  }
  response.end();
  return 'complete';
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {boolean} reset
 */
export function dropConnection(response, reset) {
  if (reset) response.socket?.resetAndDestroy();
  else response.socket?.destroy();
}

/**
 * True once the operating system has taken the bytes: waiting for that is the
 * back-pressure, and makes the count exact.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {Buffer} bytes
 * @returns {Promise<boolean>}
 */
function write(response, bytes) {
  const { socket } = response.req;
  if (response.destroyed || socket.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    // A response whose connection has gone may never call back; one that still
    // waits for an earlier answer on its connection does not even close.
    const onClose = () => resolve(false);
    socket.once('close', onClose);
    response.write(bytes, (error) => {
      socket.off('close', onClose);
      resolve(!error);
    });
  });
}
