// Pages of apps that know nothing of the tests, under the tests' orders.

import { readFileSync } from 'node:fs';

const kOrders = readFileSync(new URL('../browser/pages/orders.js', import.meta.url), 'utf8');

/**
 * The driver goes into the document itself: it has to come up offline, too.
 *
 * @param {string} html
 * @param {string} driverOrigin
 */
export function withDriver(html, driverOrigin) {
  const origin = `self.driverOrigin = ${JSON.stringify(driverOrigin)};`;
  const driver = `${origin}\n${kOrders}`.replaceAll('</script>', '<\\/script>');
  return html.replace('</title>', () => `</title>\n<script>${driver}</script>`);
}
