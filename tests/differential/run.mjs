/**
 * Runs every script on native Chromium and on ours, and compares.
 *
 *     node tests/differential/run.mjs --target webkit --grep abort
 *
 * `--json FILE` keeps the transcripts of all that ran. Where a browser loses its page,
 * another one goes on with the script it was lost under: that says nothing about what is
 * compared.
 */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { parseArgs } from 'node:util';

import { projectRoots, startServer } from '../server/server.mjs';
import { answer } from './answers.mjs';
import { allowedIn, compare } from './compare.mjs';
import { differences } from './differences.mjs';
import { scripts } from './scripts/index.mjs';
import { LostPage, runScripts, targets } from './targets.mjs';

/** @typedef {import('./compare.mjs').Transcript} Transcript */

/**
 * Chromium ended in four of ten runs under its own Background Fetch, after sixty scripts and
 * more; fresh ones have gone on with the rest so far. Ours are lost far more rarely.
 *
 * @param {string} name  of a target
 */
function mostBrowsersOf(name) {
  return name === 'native' ? 3 : 2;
}

const ours = Object.keys(targets).filter((name) => name !== 'native');

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: ours },
    grep: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

const chosen = Object.fromEntries(
  Object.entries(scripts).filter(([name]) => new RegExp(values.grep).test(name)),
);
const server = await startServer({
  roots: { ...projectRoots, '/differential/': fileURLToPath(new URL('pages', import.meta.url)) },
  handlers: { '/answer': answer },
});

/**
 * @param {string} name  of a target
 * @returns {Promise<Map<string, Transcript>>}
 */
async function transcriptsOf(name) {
  /** @type {Map<string, Transcript>} */
  const transcripts = new Map();
  for (let browsers = 1; ; ++browsers) {
    const left = Object.entries(chosen).filter(([script]) => !transcripts.has(script));
    try {
      await runScripts(targets[name], server, Object.fromEntries(left), transcripts);
      return transcripts;
    } catch (error) {
      if (!(error instanceof LostPage) || browsers === mostBrowsersOf(name)) throw error;
      console.log(`${name}: ${error.stack}\nanother browser goes on`);
    }
  }
}

/** @type {Record<string, Map<string, Transcript>>} */
const transcripts = {};
try {
  for (const name of ['native', ...values.target]) transcripts[name] = await transcriptsOf(name);
} finally {
  await server.close();
}
if (values.json) {
  const plain = Object.entries(transcripts).map(([name, map]) => [name, Object.fromEntries(map)]);
  writeFileSync(values.json, JSON.stringify(Object.fromEntries(plain), null, 1));
}

for (const target of values.target) {
  for (const name of Object.keys(chosen)) {
    test(`${target}: ${name}`, () => {
      const [theirs, mine] = [transcripts.native, transcripts[target]].map((all) => all.get(name));
      const allowed = allowedIn(differences, target, name);
      assert.deepEqual(compare(theirs ?? {}, mine ?? {}, allowed), []);
    });
  }
}
