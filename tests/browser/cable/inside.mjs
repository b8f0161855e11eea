/**
 * The end of a cable in the browser's network namespace: makes the link, carries
 * connections to the test server out through a socket of the file system, and
 * runs the browser.
 *
 *     node inside.mjs SOCKET PORT,PORT in|out COMMAND ARGUMENT…
 *     node inside.mjs --try
 */

import { execFileSync, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

import { kControlLine, readLine } from './lines.mjs';

/** Addresses for documentation: nobody is there. */
const kAddress = '192.0.2.2/24';
const kGateway = '192.0.2.1';

const kOrders = {
  in: ['link set wan up', `route add default via ${kGateway} dev wan`],
  // The kernel tells nobody of the routes that go with a link.
  out: ['route del default', 'link set wan down'],
};

/** @param {string[]} commands  of ip */
function runIp(commands) {
  for (const command of commands) execFileSync('ip', command.split(' '));
}

runIp([
  'link set lo up',
  'link add wan type veth peer name far',
  `address add ${kAddress} dev wan`,
  'link set far up',
]);

const [path, ports, state, command, ...args] = process.argv.slice(2);
if (path !== '--try') await carry();

async function carry() {
  if (state === 'in') runIp(kOrders.in);
  await Promise.all(ports.split(',').flatMap((port) => [
    listen(Number(port), '127.0.0.1'), listen(Number(port), '::1'),
  ]));
  const child = spawn(command, args, { stdio: 'inherit' });
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code) => process.exit(code ?? 1));
  const control = connect(path);
  control.write(`${kControlLine}\n`);
  for (let order; (order = await readLine(control));) {
    runIp(kOrders[/** @type {keyof typeof kOrders} */ (order)]);
    control.write('done\n');
  }
}

/**
 * @param {number} port
 * @param {string} address
 * @returns {Promise<void>}
 */
function listen(port, address) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      const outward = connect(path);
      for (const [one, other] of [[socket, outward], [outward, socket]]) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
      outward.write(`${port}\n`);
      socket.pipe(outward).pipe(socket);
    });
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
}
