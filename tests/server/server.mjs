/**
 * The test server: generated bodies with faults on demand, static files, and
 * the driver's port, on three ports of localhost.
 */

import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ControlEndpoints } from './control-endpoints.mjs';
import { DriverEndpoints } from './driver-endpoints.mjs';
import { answerEcho } from './echo.mjs';
import { answerPreflight, GeneratedBodies } from './generated-bodies.mjs';
import { answerStatic } from './static-files.mjs';

export { bytesAt, sha256Of } from './generated-bytes.mjs';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The demo at /, what was built at /dist/, the pages of the browser tests at /pages/. */
export const projectRoots = {
  '/': path.join(projectFolder, 'demo'),
  '/dist/': path.join(projectFolder, 'dist'),
  '/pages/': path.join(projectFolder, 'tests/browser/pages'),
};

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {(request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>}
 *   Handler
 */

/**
 * @typedef {object} TestServer
 * @property {string} origin  'http://localhost:…'
 * @property {string} crossOrigin  the same content on another port
 * @property {string} driverOrigin  where pages fetch orders; outside of every scope under test
 * @property {import('./request-log.mjs').RequestLog} log  of the generated bodies
 * @property {import('./reports.mjs').Reports} reports
 * @property {import('./order-desk.mjs').OrderDesk} orders
 * @property {(name: string, query: string) => void} setSwitches  see switches.mjs
 * @property {(name: string) => void} dropConnections
 * @property {() => Promise<void>} goOffline  `origin` refuses connections, and drops those it has
 * @property {() => Promise<void>} goOnline  takes it back
 * @property {() => Promise<void>} close
 */

/**
 * @param {object} [options]
 * @param {import('./static-files.mjs').Roots} [options.roots]
 * @param {Record<string, Handler>} [options.handlers]  by path, before the folders
 * @param {number} [options.port]  0: any free one
 * @param {number} [options.corsPort]
 * @param {TestServer} [options.driver]  a server whose driver's port is this one's, too: pages of
 *   many origins in one browser
 * @returns {Promise<TestServer>}
 */
export async function startServer({
  roots = projectRoots, handlers = {}, port = 0, corsPort = 0, driver: other,
} = {}) {
  const bodies = new GeneratedBodies();
  const driver = new DriverEndpoints();
  const goOffline = () => closeServer(servers[0]);
  const goOnline = () => listenOn(servers[0], Number(new URL(origin).port));
  const control = new ControlEndpoints(bodies, async (ms) => {
    await goOffline();
    setTimeout(() => goOnline().catch(console.error), ms);
  });
  let driverOrigin = '';

  /** @type {Handler} */
  const answer = async (request, response, url) => {
    const handler = handlers[url.pathname];
    if (request.method === 'OPTIONS') answerPreflight(request, response, url);
    else if (url.pathname.startsWith('/bytes/')) await bodies.answer(request, response, url);
    else if (url.pathname.startsWith('/control/')) await control.answer(request, response, url);
    else if (url.pathname.startsWith('/echo/')) await answerEcho(request, response);
    else if (url.pathname === '/driver/origin.js') sendOrigin(response, driverOrigin);
    else if (handler) await handler(request, response, url);
    else await answerStatic(roots, request, response, url);
  };
  const servers = [
    await listen(answer, port),
    await listen(answer, corsPort),
    await listen(async (request, response, url) => {
      if (!(await driver.answer(request, response, url))) await answer(request, response, url);
    }, 0),
  ];
  const [origin, crossOrigin] = servers.map(originOf);
  driverOrigin = other?.driverOrigin ?? originOf(servers[2]);
  bodies.setOrigins({ own: origin, cross: crossOrigin });

  return {
    origin,
    crossOrigin,
    driverOrigin,
    log: bodies.log,
    reports: other?.reports ?? driver.reports,
    orders: other?.orders ?? driver.orders,
    setSwitches: (name, query) => bodies.setSwitches(name, query),
    dropConnections: (name) => bodies.dropConnections(name),
    goOffline,
    goOnline,
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

/**
 * A script that tells pages and workers where the driver's port is.
 *
 * @param {ServerResponse} response
 * @param {string} driverOrigin
 */
function sendOrigin(response, driverOrigin) {
  response.writeHead(200, { 'Content-Type': 'text/javascript', 'Cache-Control': 'no-cache' });
  response.end(`self.driverOrigin = ${JSON.stringify(driverOrigin)};\n`);
}

/**
 * @param {Handler} handler
 * @param {number} port
 * @returns {Promise<import('node:http').Server>}
 */
async function listen(handler, port) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    handler(request, response, url).catch((error) => {
      // A client that leaves in the middle of a file is no fault of ours.
      if (response.destroyed) return;
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await listenOn(server, port);
  return server;
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @returns {Promise<void>}
 */
function listenOn(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** @param {import('node:http').Server} server */
function originOf(server) {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://localhost:${address.port}`;
}

/**
 * @param {import('node:http').Server} server
 * @returns {Promise<void>}
 */
function closeServer(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
