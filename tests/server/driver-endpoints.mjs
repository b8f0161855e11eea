/**
 * The port at which pages and workers under test report to the driver.
 *
 * A port of its own, because an open stream would take one of the six connections
 * that browsers allow to an origin from the downloads under test.
 */

import { OrderDesk } from './order-desk.mjs';
import { Reports } from './reports.mjs';

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 */

export class DriverEndpoints {
  orders = new OrderDesk();
  reports = new Reports();

  /**
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {URL} url
   * @returns {Promise<boolean>} false: not one of ours
   */
  async answer(request, response, url) {
    const isOurs = ['/driver/orders', '/driver/results', '/driver/reports'].includes(url.pathname);
    if (!isOurs) return false;
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cache-Control', 'no-store');
    const line = this.orders.line(url.searchParams.get('page') ?? '');
    if (url.pathname === '/driver/orders') {
      line.listen(url.searchParams.get('document') ?? '', response);
      return true;
    }
    const message = JSON.parse(await readText(request));
    if (url.pathname === '/driver/results') line.settle(message);
    else this.reports.add(message);
    response.writeHead(204).end();
    return true;
  }
}

/** @param {IncomingMessage} request */
async function readText(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
