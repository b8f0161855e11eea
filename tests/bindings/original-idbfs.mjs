// IDBFS as Emscripten ships it. The core leaves its IndexedDB half out, so it is linked here for the
// tests that show why: they fail on the day that Emscripten mends it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

/** @returns {Promise<Pick<CoreModule, 'FS' | 'IDBFS'>>} */
export async function loadOriginal() {
  createOriginal ??= link();
  return (await createOriginal)();
}

/** @type {Promise<() => Promise<any>> | undefined} */
let createOriginal;

async function link() {
  Object.assign(globalThis, { self: globalThis, location: { href: import.meta.url } });
  const folder = mkdtempSync(join(tmpdir(), 'original-idbfs-'));
  try {
    const source = join(folder, 'empty.c');
    const module = join(folder, 'original.mjs');
    writeFileSync(source, 'int main(void) { return 0; }\n');
    execFileSync('emcc', [
      source,
      '-lidbfs.js',
      '-sFORCE_FILESYSTEM',
      '-sEXPORTED_RUNTIME_METHODS=FS,IDBFS',
      '-sENVIRONMENT=worker',
      '-sMODULARIZE',
      '-sEXPORT_ES6',
      '-sUSE_ES6_IMPORT_META=0',
      '-sASSERTIONS=0',
      '-sDYNAMIC_EXECUTION=0',
      '-sSINGLE_FILE',
      '-o',
      module,
    ]);
    return (await import(module)).default;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
