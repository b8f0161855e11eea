/**
 * Runs every script on native Chromium and on ours, and compares.
 *
 *     node tests/differential/run.mjs --target webkit --grep abort
 *
 * `--json FILE` keeps the transcripts of all that ran.
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
import { runScripts, targets } from './targets.mjs';

const { native, ...ours } = targets;

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: Object.keys(ours) },
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
/** @type {Record<string, Awaited<ReturnType<typeof runScripts>>>} */
const transcripts = {};
try {
  transcripts.native = await runScripts(native, server, chosen);
  for (const name of values.target) {
    transcripts[name] = await runScripts(ours[name], server, chosen);
  }
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
