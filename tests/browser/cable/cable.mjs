/**
 * A network that can be pulled out: the browser runs in a network namespace of
 * its own, whose one link is there or not. All its programs see that, and tell
 * pages and workers `navigator.onLine` and the events, with no debugger.
 *
 * The test server is reached through sockets in the file system, plugged in or
 * not: what is to be cut, `server.goOffline()` cuts. Browsers reach localhost
 * also when they are offline.
 */

import { spawnSync } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { fileURLToPath } from 'node:url';

import { Waiters } from '../../server/waiters.mjs';
import { kPatienceMs } from '../../server/deadline.mjs';
import { kControlLine, readLine } from './lines.mjs';

const kInside = fileURLToPath(new URL('inside.mjs', import.meta.url));

/** Others than root may have a namespace only as root of their own. */
const kUnshare = ['unshare', '--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];

/** Whether this machine lets us. */
export function canPull() {
  const [command, ...args] = kUnshare;
  return spawnSync(command, [...args, process.execPath, kInside, '--try']).status === 0;
}

export class Cable {
  #path;
  #ports;
  #server = createServer((socket) => this.#accept(socket));
  /** @type {import('node:net').Socket | null} Of the browser that runs. */
  #control = null;
  #changes = new Waiters();
  /** @type {'in' | 'out'} What was asked for last; a browser that starts finds it so. */
  #state = 'in';
  /** What the inside has confirmed. */
  #done = 0;
  #asked = 0;

  /**
   * @param {string} path  of a socket that does not exist yet
   * @param {string[]} origins  that the browser is to reach
   */
  constructor(path, origins) {
    this.#path = path;
    this.#ports = origins.map((origin) => new URL(origin).port);
    this.#server.listen(path);
  }

  /**
   * @param {import('../engines.mjs').Start} start
   * @returns {import('../engines.mjs').Start} the same, behind the cable
   */
  wrap({ command, args, environment }) {
    const [unshare, ...options] = kUnshare;
    return {
      command: unshare,
      args: [
        ...options, process.execPath, kInside, this.#path, this.#ports.join(','), this.#state,
        command, ...args,
      ],
      environment,
    };
  }

  /** @returns {Promise<void>} Resolves when the link is there. */
  plugIn() {
    return this.#ask('in');
  }

  /** @returns {Promise<void>} */
  pullOut() {
    return this.#ask('out');
  }

  close() {
    this.#server.close();
  }

  /** @param {'in' | 'out'} state */
  async #ask(state) {
    this.#state = state;
    this.#asked += 1;
    const number = this.#asked;
    await this.#changes.until(() => this.#control !== null, kPatienceMs, () => 'nobody is inside');
    this.#control?.write(`${state}\n`);
    await this.#changes.until(() => this.#done >= number, kPatienceMs, () => `not ${state} yet`);
  }

  /** @param {import('node:net').Socket} socket */
  async #accept(socket) {
    socket.on('error', () => socket.destroy());
    const line = await readLine(socket);
    if (line !== kControlLine) return forward(socket, Number(line));
    this.#control = socket;
    this.#changes.notify();
    socket.once('close', () => {
      if (this.#control === socket) this.#control = null;
    });
    while (await readLine(socket)) {
      this.#done += 1;
      this.#changes.notify();
    }
  }
}

/**
 * @param {import('node:net').Socket} socket
 * @param {number} port
 */
function forward(socket, port) {
  const outward = connect(port, 'localhost');
  outward.on('error', () => socket.destroy());
  outward.on('close', () => socket.destroy());
  socket.on('close', () => outward.destroy());
  socket.pipe(outward).pipe(socket);
}
