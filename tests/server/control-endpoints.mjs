/**
 * What the demo's pages may ask of their server: other faults, a rest, the log.
 *
 * | request | what |
 * | --- | --- |
 * | `GET /control/switches` | the switches that there are, each with its summary |
 * | `PUT /control/switches/<name>` | the body's switches are set for a generated body |
 * | `POST /control/drop/<name>` | its connections are dropped |
 * | `GET /control/log/<name>` | what was asked of it |
 * | `GET /control/sha256/<seed>?size=N` | of the body that the seed makes |
 * | `POST /control/offline?ms=N` | the server is gone for so long |
 */

import { sha256Of } from './generated-bytes.mjs';
import { answerSwitches, representationSwitches } from './switches.mjs';

const kOfflineMsMax = 60_000;

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 */

export class ControlEndpoints {
  #bodies;
  #rest;

  /**
   * @param {import('./generated-bodies.mjs').GeneratedBodies} bodies
   * @param {(ms: number) => void} rest  The server goes away, and comes back.
   */
  constructor(bodies, rest) {
    this.#bodies = bodies;
    this.#rest = rest;
  }

  /**
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {URL} url
   */
  async answer(request, response, url) {
    const [, , what, name = ''] = url.pathname.split('/').map(decodeURIComponent);
    response.setHeader('Cache-Control', 'no-store');
    switch (`${request.method} ${what}`) {
      case 'GET switches':
        return sendJson(response, describeSwitches());
      case 'PUT switches':
        try {
          this.#bodies.setSwitches(name, await readText(request));
        } catch (error) {
          response.writeHead(400, { 'Content-Type': 'text/plain' }).end(String(error));
          return;
        }
        break;
      case 'POST drop':
        this.#bodies.dropConnections(name);
        break;
      case 'GET log':
        return sendJson(response, this.#bodies.log.for(name));
      case 'GET sha256':
        response.end(sha256Of(name, Number(url.searchParams.get('size'))));
        return;
      case 'POST offline':
        // Once this answer has gone out.
        response.on('close', () => {
          this.#rest(Math.min(kOfflineMsMax, Number(url.searchParams.get('ms'))));
        });
        break;
      default:
        response.writeHead(404).end();
        return;
    }
    response.writeHead(204).end();
  }
}

function describeSwitches() {
  const rows = Object.entries({ ...representationSwitches, ...answerSwitches });
  return Object.fromEntries(rows.map(([name, { summary }]) => [name, summary]));
}

/** @param {ServerResponse} response @param {unknown} value */
function sendJson(response, value) {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** @param {IncomingMessage} request */
async function readText(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
