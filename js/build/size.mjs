// The size of every shipped file, against its budget.
//
//   npm run size [-- --parts]    and what each part of each file costs

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { kBundles } from './bundles.mjs';
import { kProjectFolder, runMain } from './run.mjs';
import { partsOf } from './size-parts.mjs';

/** @param {number} bytes */
function inKilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

function printParts() {
  for (const { file, format, isWithoutWasm } of kBundles) {
    // The other format differs by a few bytes at either end; what has no wasm, has no map.
    if (format === 'esm' || isWithoutWasm) continue;
    console.log(`${file}: bytes that brotli would save without each part`);
    const rows = partsOf(join(kProjectFolder, file));
    console.table(Object.fromEntries(rows.map(({ part, raw, brotli }) => [part, { raw, brotli }])));
  }
}

await runMain(async () => {
  const rows = kBundles.map(({ file, brotliBytesMax }) => {
    const bytes = readFileSync(join(kProjectFolder, file));
    // Both at their best, as servers do for files that never change.
    const brotliBytes = brotliCompressSync(bytes).length;
    return {
      file,
      raw: inKilobytes(bytes.length),
      gzip: inKilobytes(gzipSync(bytes, { level: 9 }).length),
      'brotli, bytes': brotliBytes,
      'budget, bytes': brotliBytesMax,
      fits: brotliBytes <= brotliBytesMax,
    };
  });
  if (process.argv.includes('--parts')) printParts();
  console.table(rows);
  const tooLarge = rows.filter((row) => !row.fits).map((row) => row.file);
  if (tooLarge.length > 0) throw new Error(`Over budget: ${tooLarge.join(', ')}`);
});
