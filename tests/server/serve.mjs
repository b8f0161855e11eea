/**
 * Serves the demo, with the test server's generated bodies behind it:
 * `node tests/server/serve.mjs --port 8080`.
 */

import { parseArgs } from 'node:util';

import { startServer } from './server.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    'cors-port': { type: 'string', default: '0' },
  },
});

const server = await startServer({
  port: Number(values.port),
  corsPort: Number(values['cors-port']),
});
console.log(`${server.origin}/`);
