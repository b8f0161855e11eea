// The layers of src/: each may include itself and those before it, nothing
// else of ours. The linker cannot see headers, so this reads them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kProjectFolder } from './run.mjs';

const kLayers = ['base', 'ranges', 'fetch', 'journal', 'engine'];

/**
 * @param {string[]} files  Of src/, relative to the project.
 * @returns {string[]} One line for each include that breaks the order.
 */
export function brokenLayers(files) {
  const findings = [];
  for (const file of files) {
    const layer = kLayers.indexOf(file.split('/')[1]);
    const text = readFileSync(join(kProjectFolder, file), 'utf8');
    for (const [, included] of text.matchAll(/^#include "([^"]+)"/gm)) {
      const includedLayer = kLayers.indexOf(included.split('/')[0]);
      if (includedLayer === -1) {
        findings.push(`${file}: "${included}" names no layer of src/`);
      } else if (includedLayer > layer) {
        findings.push(`${file}: "${included}" is above ${kLayers[layer]}`);
      }
    }
    if (/#include <emscripten/.test(text)) {
      findings.push(`${file}: only bindings/ includes Emscripten headers`);
    }
  }
  return findings;
}
