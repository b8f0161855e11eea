/** Which engine and which core this run is for: run.mjs says so in the environment. */

import { engines } from './engines.mjs';

export function engineUnderTest() {
  const engine = process.env.BROWSER_ENGINE ?? '';
  if (!Object.hasOwn(engines, engine)) {
    throw new Error(`BROWSER_ENGINE must be one of ${Object.keys(engines).join(', ')}`);
  }
  return engine;
}

/** Whether the worker's script is the one without wasm: tests/server serves it under its name. */
export const isWithoutWasm = process.env.BROWSER_CORE === 'nowasm';
