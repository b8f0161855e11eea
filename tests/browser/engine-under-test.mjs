/** Which engine this run is for: run.mjs says so in the environment. */

import { engines } from './engines.mjs';

export function engineUnderTest() {
  const engine = process.env.BROWSER_ENGINE ?? '';
  if (!Object.hasOwn(engines, engine)) {
    throw new Error(`BROWSER_ENGINE must be one of ${Object.keys(engines).join(', ')}`);
  }
  return engine;
}
