/**
 * Web servers that nobody here wrote, as Debian ships them: default settings,
 * text compressed. Each serves a temporary folder, as the current user.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { atExit } from '../browser/at-exit.mjs';
import { projectRoots } from '../server/server.mjs';

const kPortTimeoutMs = 20_000;
const kPollMs = 20;

/**
 * @typedef {object} WebServerRow
 * @property {string} command
 * @property {(folder: string) => string[]} args
 * @property {(folder: string, port: number) => string} configuration
 */

const isRoot = process.getuid?.() === 0;

/** @type {Record<string, WebServerRow>} */
export const webServers = {
  nginx: {
    command: '/usr/sbin/nginx',
    args: (folder) => ['-c', `${folder}/configuration`, '-p', folder, '-e', `${folder}/errors`],
    configuration: (folder, port) => `
      ${isRoot ? 'user root;' : ''}
      daemon off;
      pid ${folder}/pid;
      events {}
      http {
        types { text/html html; text/javascript js; text/plain txt; video/webm webm; }
        gzip on;
        gzip_types text/plain;
        access_log off;
        client_body_temp_path ${folder}/body;
        proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi;
        uwsgi_temp_path ${folder}/uwsgi;
        scgi_temp_path ${folder}/scgi;
        server { listen 127.0.0.1:${port}; root ${folder}/www; }
      }`,
  },
  apache: {
    command: '/usr/sbin/apache2',
    args: (folder) => ['-f', `${folder}/configuration`, '-d', folder, '-D', 'FOREGROUND'],
    configuration: (folder, port) => [
      ...['mpm_event', 'authz_core', 'mime', 'filter', 'deflate'].map(
        (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
      ),
      // It does not serve as root.
      ...(isRoot ? ['User www-data', 'Group www-data'] : []),
      'ServerName localhost',
      `Listen 127.0.0.1:${port}`,
      `DefaultRuntimeDir ${folder}`,
      `PidFile ${folder}/pid`,
      `ErrorLog ${folder}/errors`,
      `TypesConfig ${folder}/types`,
      `DocumentRoot ${folder}/www`,
      `<Directory ${folder}/www>`, 'Require all granted', '</Directory>',
      'AddOutputFilterByType DEFLATE text/html text/plain text/javascript', '',
    ].join('\n'),
  },
  lighttpd: {
    command: '/usr/sbin/lighttpd',
    args: (folder) => ['-D', '-f', `${folder}/configuration`],
    configuration: (folder, port) => `
      server.modules = ("mod_deflate")
      server.document-root = "${folder}/www"
      server.bind = "127.0.0.1"
      server.port = ${port}
      server.errorlog = "${folder}/errors"
      mimetype.assign = (".html" => "text/html", ".js" => "text/javascript",
        ".txt" => "text/plain", ".webm" => "video/webm")
      deflate.mimetypes = ("text/")
      deflate.allowed-encodings = ("gzip", "deflate")
    `,
  },
};

const kTypes = 'text/html html\ntext/javascript js\ntext/plain txt\nvideo/webm webm\n';

export class WebServer {
  #row;
  #folder;
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null;
  #forgetExit;
  port = 0;

  /**
   * @param {string} name  of webServers
   * @param {string} driverOrigin  where the pages it serves get their orders
   */
  constructor(name, driverOrigin) {
    this.#row = webServers[name];
    this.#folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
    // Whoever serves it may be another user.
    chmodSync(this.#folder, 0o755);
    this.#forgetExit = atExit(() => this.#undo());
    const www = path.join(this.#folder, 'www');
    mkdirSync(path.join(www, 'driver'), { recursive: true });
    for (const root of /** @type {const} */ (['/dist/', '/pages/'])) {
      cpSync(projectRoots[root], path.join(www, root), { recursive: true });
    }
    writeFileSync(path.join(www, 'driver/origin.js'),
      `self.driverOrigin = ${JSON.stringify(driverOrigin)};\n`);
    writeFileSync(path.join(this.#folder, 'types'), kTypes);
  }

  /** @param {string} name  of a file that it serves */
  pathOf(name) {
    return path.join(this.#folder, 'www', name);
  }

  async start() {
    this.port ||= await freePort();
    const { command, args, configuration } = this.#row;
    writeFileSync(`${this.#folder}/configuration`, configuration(this.#folder, this.port));
    // A process group of its own: it has workers.
    const child = spawn(command, args(this.#folder), { stdio: 'ignore', detached: true });
    this.#child = child;
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${command} has ended with ${code}`);
    });
    ended.catch(() => {});
    await Promise.race([ended, untilPort(this.port, { listens: true })]);
  }

  /** As a crash would end it. */
  async stop() {
    const child = this.#child;
    if (!child) return;
    this.#kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    // Its workers die by themselves, some time later: until then the port is theirs.
    await untilPort(this.port, { listens: false });
  }

  async close() {
    await this.stop();
    this.#undo();
    this.#forgetExit();
  }

  #kill() {
    const pid = this.#child?.pid;
    this.#child = null;
    try {
      if (pid) process.kill(-pid, 'SIGKILL');
    } catch {
      // All of the group have ended by themselves.
    }
  }

  #undo() {
    this.#kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** @param {number} port @param {{listens: boolean}} wanted */
async function untilPort(port, { listens }) {
  const deadline = Date.now() + kPortTimeoutMs;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await once(socket, 'connect').then(() => true, () => false);
    socket.destroy();
    if (isThere === listens) return;
    if (Date.now() > deadline) {
      throw new Error(`${listens ? 'nobody' : 'somebody still'} listens on port ${port}`);
    }
    await pause(kPollMs);
  }
}
