/** What axe-core finds wrong with a page. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Violations, and text of which it cannot tell whether the colours are good enough.
 *
 * @param {import('./driver.mjs').Page} page
 * @param {string} [selector]  of what is looked at; else all of it
 * @returns {Promise<string[]>}
 */
export async function violations(page, selector = 'html') {
  const file = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.run((source) => {
    new Function(source).call(self);
  }, readFileSync(file, 'utf8'));
  return page.run(async (selector) => {
    const { violations, incomplete } = await /** @type {any} */ (self).axe.run(selector);
    // Text that is scrolled out of its box, and single letters, which are pictures here.
    const isNoFault = (/** @type {any} */ { any: [check] }) => (
      ['elmPartiallyObscured', 'shortTextContent'].includes(check.data.messageKey));
    const unknown = incomplete
      .filter((/** @type {any} */ { id }) => id === 'color-contrast')
      .map((/** @type {any} */ { id, nodes }) => ({
        id, nodes: nodes.filter((/** @type {any} */ node) => !isNoFault(node)),
      }));
    return [...violations, ...unknown].flatMap((/** @type {any} */ { id, nodes }) =>
      nodes.map((/** @type {any} */ node) => `${id}: ${node.failureSummary} ${node.html}`));
  }, selector);
}
