/** What axe-core finds wrong with a page. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
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
    const found = await /** @type {any} */ (self).axe.run(selector);
    return found.violations.flatMap((/** @type {any} */ { id, nodes }) =>
      nodes.map((/** @type {any} */ node) => `${id}: ${node.failureSummary} ${node.html}`));
  }, selector);
}
