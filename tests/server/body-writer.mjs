/**
 * Writes one answer's body: at the pace of the slower of client and plan, and up
 * to the byte at which the plan drops the connection.
 */

import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';

import { bytesAt } from './generated-bytes.mjs';

/** Large enough for loopback speed, small enough to see an abort soon. */
const kPieceBytes = 256 * 1024;

/** A slowed connection moves at least this many times a second. */
const kStepsPerSecond = 20;

/**
 * @typedef {object} Cut
 * @property {number} afterBytes  of this answer's body
 * @property {() => boolean} permits  asked on arrival there; false: go on
 * @property {'close' | 'reset' | 'silence'} end  by FIN; by RST, which may cost the client bytes in
 *   flight; or not at all: the connection stays open, and nothing more comes
 */

/**
 * @typedef {object} Sink
 * @property {(bytes: Buffer, done: (error?: Error | null) => void) => unknown} write
 * @property {() => unknown} end
 *
 * @typedef {object} BodyPlan
 * @property {number} length  Infinity: it never ends
 * @property {Buffer | {seed: string, begin: number, beginning?: Buffer}} content  or the bytes of
 *   that seed from `begin`, of which those at the beginning of the body are others
 * @property {number} bytesPerSecond
 * @property {Cut[]} cuts
 */

/**
 * @param {Pick<BodyPlan, 'content'>} body
 * @param {number} offset
 * @param {number} length
 */
export function bytesOf({ content }, offset, length) {
  if (Buffer.isBuffer(content)) return content.subarray(offset, offset + length);
  const { seed, begin, beginning } = content;
  const from = begin + offset;
  const bytes = bytesAt(seed, from, length);
  if (beginning && from < beginning.length) beginning.copy(bytes, 0, from);
  return bytes;
}

/**
 * Resolves when all is written, the connection is cut or the client has left.
 *
 * @param {import('node:http').ServerResponse} response  its head is written
 * @param {BodyPlan} body
 * @param {(bytes: number) => void} onWritten
 * @param {Sink} [sink]  other than the response: what follows a head that Node has not written
 * @returns {Promise<'complete' | 'cut' | 'client left'>}
 */
export async function writeBody(response, body, onWritten, sink = response) {
  const stepBytes = Math.max(1, Math.floor(body.bytesPerSecond / kStepsPerSecond));
  const startedAt = performance.now();
  const cuts = [...body.cuts].sort((a, b) => a.afterBytes - b.afterBytes);
  let offset = 0;
  for (;;) {
    while (cuts.length > 0 && cuts[0].afterBytes === offset) {
      const { permits, end } = /** @type {Cut} */ (cuts.shift());
      if (!permits()) continue;
      await endConnection(response, end);
      return 'cut';
    }
    if (offset === body.length) break;
    const nextCut = cuts.length > 0 ? cuts[0].afterBytes : Infinity;
    const pieceEnd = Math.min(offset + kPieceBytes, offset + stepBytes, body.length, nextCut);
    if (!(await write(response, sink, bytesOf(body, offset, pieceEnd - offset)))) return 'client left';
    onWritten(pieceEnd - offset);
    offset = pieceEnd;
    // The client may send its next request as soon as it has the last byte; the
    // answer to that one waits until this one has ended.
    if (offset === body.length) continue;
    const aheadMs = (offset / body.bytesPerSecond) * 1000 - (performance.now() - startedAt);
    // What the operating system takes at once never lets go of the event loop: a fast client
    // on this connection would keep all the others waiting.
    await (aheadMs > 0 ? pause(aheadMs) : turn());
  }
  sink.end();
  return 'complete';
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Cut['end']} end
 * @returns {Promise<void>} Resolves when the connection is gone.
 */
export async function endConnection(response, end) {
  const { socket } = response.req;
  if (end !== 'silence') return dropConnection(response, end === 'reset');
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {boolean} reset
 */
export function dropConnection(response, reset) {
  const { socket } = response.req;
  if (reset) socket.resetAndDestroy();
  else socket.destroy();
}

/**
 * True once the operating system has taken the bytes: waiting for that is the
 * back-pressure, and makes the count exact.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {Sink} sink
 * @param {Buffer} bytes
 * @returns {Promise<boolean>}
 */
function write(response, sink, bytes) {
  const { socket } = response.req;
  if (response.destroyed || socket.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    // A response whose connection has gone may never call back; one that still
    // waits for an earlier answer on its connection does not even close.
    const onClose = () => resolve(false);
    socket.once('close', onClose);
    sink.write(bytes, (error) => {
      socket.off('close', onClose);
      resolve(!error);
    });
  });
}
