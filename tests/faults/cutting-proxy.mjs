/**
 * A TCP proxy that breaks what goes through it: it cuts connections, or holds
 * them, when so many bytes of a file have come back.
 */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * @typedef {object} Trap
 * @property {string} path  of the file
 * @property {number} afterBytes  of one connection, heads included
 * @property {number} times
 * @property {() => void} onHold  called in the place of a cut
 */

export class CuttingProxy {
  #server = createServer((socket) => this.#connect(socket));
  #upstreamPort;
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();
  /** @type {Trap | null} */
  #trap = null;
  /** @type {Set<import('node:net').Socket>} Held back. */
  #held = new Set();
  /** @type {Map<string, number>} By path. */
  #requests = new Map();
  #bytes = 0;

  /** @param {number} upstreamPort  of 127.0.0.1 */
  constructor(upstreamPort) {
    this.#upstreamPort = upstreamPort;
  }

  async open() {
    this.#server.listen(0, 'localhost');
    await once(this.#server, 'listening');
  }

  get origin() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `http://localhost:${port}`;
  }

  /** @param {string} path */
  requestsOf(path) {
    return this.#requests.get(path) ?? 0;
  }

  /** What has come back since the last call. */
  takeBytes() {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** @param {string} path @param {number} afterBytes @param {number} times */
  cut(path, afterBytes, times) {
    this.#trap = { path, afterBytes, times, onHold: () => {} };
    this.#isHolding = false;
  }

  #isHolding = false;

  /**
   * @param {string} path
   * @param {number} afterBytes
   * @returns {Promise<void>} Resolves when a connection is held there.
   */
  hold(path, afterBytes) {
    this.#isHolding = true;
    return new Promise((resolve) => {
      this.#trap = { path, afterBytes, times: 1, onHold: resolve };
    });
  }

  /** What is held goes on. */
  release() {
    for (const socket of this.#held) socket.resume();
    this.#held.clear();
  }

  /** What it has under way, for whoever waits in vain. */
  describe() {
    const trap = this.#trap && `trap at ${this.#trap.path}, ${this.#trap.times} times more`;
    return `proxy: ${this.#sockets.size} sockets, ${this.#held.size} held, ${trap ?? 'no trap'}, ` +
      `requests ${JSON.stringify(Object.fromEntries(this.#requests))}`;
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** @param {import('node:net').Socket} client */
  #connect(client) {
    const upstream = connect(this.#upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      // Whatever ends one ends the other.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.end());
    let path = '';
    let bytes = 0;
    client.on('data', (piece) => {
      // Requests without a body: each comes in one piece, and begins with its line.
      const line = /^GET (\S+) HTTP/.exec(piece.toString('latin1', 0, 4096));
      if (line) {
        [, path] = line;
        bytes = 0;
        this.#requests.set(path, this.requestsOf(path) + 1);
      }
      upstream.write(piece);
    });
    upstream.on('data', (piece) => {
      const trap = this.#trap;
      const isMeant = trap !== null && trap.times > 0 && trap.path === path;
      const left = isMeant ? trap.afterBytes - bytes : Infinity;
      bytes += piece.length;
      this.#bytes += piece.length;
      if (piece.length < left) {
        if (!client.write(piece)) this.#waitForRoom(client, upstream);
        return;
      }
      /** @type {Trap} */ (trap).times -= 1;
      if (this.#isHolding) {
        upstream.pause();
        this.#held.add(upstream);
        client.write(piece);
        /** @type {Trap} */ (trap).onHold();
      } else {
        client.write(piece.subarray(0, left), () => client.destroy());
        upstream.destroy();
      }
    });
  }

  /**
   * @param {import('node:net').Socket} client
   * @param {import('node:net').Socket} upstream
   */
  #waitForRoom(client, upstream) {
    upstream.pause();
    client.once('drain', () => {
      if (!this.#held.has(upstream)) upstream.resume();
    });
  }
}
