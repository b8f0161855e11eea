// bindings/trim_glue.js deletes members of Emscripten's runtime by name. Nothing that
// is left may call one of them: it would fail only where it is reached.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { loadCore } from './load-core.mjs';

test('every member of FS that the glue calls is there', async () => {
  const { FS } = await loadCore();
  const glue = readFileSync(new URL('../../build/wasm/glue.mjs', import.meta.url), 'utf8');
  const called = new Set([...glue.matchAll(/(?<![\w$])FS\.(\w+)\(/g)].map(([, name]) => name));
  assert.ok(called.size > 20, `only ${called.size} calls found`);
  assert.deepEqual([...called].filter((name) => !(name in FS)), []);
});

test('every member of IDBFS, MEMFS, SYSCALLS and PATH_FS that the glue calls is there', () => {
  const glue = readFileSync(new URL('../../build/wasm/glue.mjs', import.meta.url), 'utf8');
  const called = [...glue.matchAll(/\b(?:IDBFS|MEMFS|SYSCALLS|PATH_FS)\.(\w+)\(/g)].map(([, name]) => name);
  assert.ok(called.length > 5, `only ${called.length} calls found`);
  const missing = called.filter((name) => !new RegExp(`\\b${name}:\\s*(function|\\()`).test(glue));
  assert.deepEqual(missing, []);
});
