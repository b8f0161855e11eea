/**
 * What our script costs a worker that starts and has nothing to do:
 * `npm run bench:start -- --engine E` (all three without it).
 *
 * Workers are installed and active, the browser has been started anew, and each
 * worker is started once by a message; without our script, with it, and with the one
 * without wasm in turn, each as often the first. The time is what the page waits for the
 * answer; what the worker looks up afterwards is told beside it. Compiled code may be cached by the
 * browser, as it is for users. Ends with 1 when the script with wasm costs more than it may.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { makeQuestion } from '../../js/shared/messages.js';
import { medianOf } from '../browser-bench/median.mjs';
import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engines } from './engines.mjs';

const kStarts = 20;

/** The first workers of a browser also pay for its processes. */
const kWarmUps = 2;

/** By the script with wasm, more than by none: nobody sees so much. */
const kMoreMsMax = 5;

/** What the worker loads. */
const kVariants = {
  off: '',
  on: '/dist/background-fetch-polyfill.sw.js',
  nowasm: '/dist/background-fetch-polyfill.nowasm.sw.js',
};

/** @typedef {keyof typeof kVariants} Variant */

const kNames = /** @type {Variant[]} */ (Object.keys(kVariants));

/**
 * @typedef {object} Start
 * @property {number} startMs  until a message is answered
 * @property {number} evaluationMs  of the imported script
 * @property {number} checkMs  until it is known that nothing was left unfinished
 */

/** @param {number} index @param {string} variant */
function scopeOf(index, variant) {
  return `/pages/start/${variant}-${index}/`;
}

/** @param {import('./driver.mjs').Page} page @param {string} scope @param {Variant} variant */
function install(page, scope, variant) {
  return page.run(async ({ script, scope }) => {
    const registration = await navigator.serviceWorker.register(script, { scope });
    const { installing } = registration;
    await new Promise((resolve) => installing?.addEventListener('statechange', () => {
      if (installing.state === 'activated') resolve(null);
    }));
  }, { script: `/pages/start-worker.js?script=${kVariants[variant]}`, scope });
}

/**
 * @param {import('./driver.mjs').Page} page
 * @param {string} scope
 * @param {object} hello
 * @returns {Promise<Start>}
 */
function start(page, scope, hello) {
  return page.run(async ({ scope, hello }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const startedAt = performance.now();
    /** @param {unknown} message */
    const ask = (message) => new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      registration?.active?.postMessage(message, [port2]);
    });
    const { evaluationMs } = await ask('start');
    const startMs = performance.now() - startedAt;
    // Where our script is absent this is one more message.
    await ask(hello);
    return { startMs, evaluationMs, checkMs: performance.now() - startedAt - startMs };
  }, { scope, hello });
}

/** @param {string} engine */
async function measure(engine) {
  const server = await startServer();
  const profile = mkdtempSync(path.join(tmpdir(), 'bench-start-'));
  let browser = await launch(engine, { server, profile });
  /** @type {Record<Variant, Start[]>} */
  const starts = { off: [], on: [], nowasm: [] };
  try {
    let page = await browser.open('/pages/orders.html?polyfill=off');
    for (let index = 0; index < kWarmUps + kStarts; ++index) {
      for (const variant of kNames) await install(page, scopeOf(index, variant), variant);
    }
    await browser.close();
    browser = await launch(engine, { server, profile });
    page = await browser.open('/pages/orders.html?polyfill=off');
    const hello = makeQuestion('hello', {});
    for (let index = 0; index < kWarmUps + kStarts; ++index) {
      const first = index % kNames.length;
      for (const variant of [...kNames.slice(first), ...kNames.slice(0, first)]) {
        const measured = await start(page, scopeOf(index, variant), hello);
        if (index >= kWarmUps) starts[variant].push(measured);
      }
    }
  } finally {
    await browser.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
  /** @param {Variant} variant @param {keyof Start} key */
  const of = (variant, key) => medianOf(starts[variant].map((each) => each[key]));
  return kNames.map((variant) => ({
    engine,
    script: variant,
    'start, ms': of(variant, 'startMs').toFixed(1),
    'more than off, ms': Number((of(variant, 'startMs') - of('off', 'startMs')).toFixed(1)),
    'of it evaluation, ms': of(variant, 'evaluationMs').toFixed(1),
    'check afterwards, ms': (of(variant, 'checkMs') - of('off', 'checkMs')).toFixed(1),
  }));
}

const { values } = parseArgs({
  options: { engine: { type: 'string', multiple: true, default: Object.keys(engines) } },
});
const rows = [];
for (const engine of values.engine) rows.push(...(await measure(engine)));
console.table(rows);
if (rows.some((row) => row.script === 'on' && row['more than off, ms'] > kMoreMsMax)) {
  process.exitCode = 1;
}
