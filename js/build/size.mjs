// The size of every shipped file, against its budget.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { kBundles } from './bundles.mjs';
import { kProjectFolder, runMain } from './run.mjs';

/** @param {number} bytes */
function inKilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
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
      brotli: inKilobytes(brotliBytes),
      budget: inKilobytes(brotliBytesMax),
      fits: brotliBytes <= brotliBytesMax,
    };
  });
  console.table(rows);
  const tooLarge = rows.filter((row) => !row.fits).map((row) => row.file);
  if (tooLarge.length > 0) throw new Error(`Over budget: ${tooLarge.join(', ')}`);
});
