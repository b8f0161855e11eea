// Where the bytes of a bundle go: by how much brotli would shrink it without
// each of its parts.
//
// The source map that lies beside it says which character comes from which
// source. What parts have in common is missed by none of them alone, so the
// gains add up to less than the whole.

import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

/**
 * A run of characters of one source, up to where the next one begins.
 *
 * @typedef {object} Segment
 * @property {number} begin  In the bundle's text.
 * @property {number} source  Index into the map's sources.
 * @property {number} line
 * @property {number} column  Both of the source, from zero.
 *
 * @typedef {{part: string, raw: number, brotli: number}} Row
 */

const kDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** @param {string} text  Numbers as source maps write them. */
function numbersOf(text) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const each of text) {
    const digit = kDigits.indexOf(each);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}

/** @param {string} text */
function lineStartsOf(text) {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

/**
 * @param {string} text
 * @param {string} mappings
 */
function segmentsOf(text, mappings) {
  const starts = lineStartsOf(text);
  /** @type {Segment[]} */
  const segments = [];
  let [source, line, column] = [0, 0, 0];
  mappings.split(';').forEach((ofLine, index) => {
    let begin = starts[index];
    for (const each of ofLine.split(',')) {
      const [ahead, ...origin] = numbersOf(each);
      if (origin.length === 0) continue;
      begin += ahead;
      source += origin[0];
      line += origin[1];
      column += origin[2];
      segments.push({ begin, source, line, column });
    }
  });
  return segments;
}

/** All of it is inside of two functions: the module's, and the one that makes it. */
const kDepthOfGlue = 2;

const kRestOfGlue = "Emscripten's runtime";
/** Else, by the name of what is declared there. */
const kPartsOfGlue = Object.entries({
  "Emscripten's files": /^_*(FS|MEMFS|IDBFS|PATH|syscall_\w+|fd_\w+|resultOf)$/,
  Embind: /embind|emval|type|latin1|valuesAt|read|symbol|destructors|^text/i,
});

/**
 * @param {string} text  build/wasm/core.mjs: Emscripten's glue, then the wasm.
 * @returns {(line: number, column: number) => string} Which part a place is in.
 */
function partsOfCore(text) {
  const [glue] = text.split('const kWasm');
  const starts = lineStartsOf(text);
  /** @type {{begin: number, part: string}[]} */
  const parts = [{ begin: 0, part: kRestOfGlue }];
  let depth = 0;
  for (const match of glue.matchAll(/\b(?:var|function) ([\w$]+)|[{}]/g)) {
    if (match[0] === '{') depth += 1;
    else if (match[0] === '}') depth -= 1;
    else if (depth <= kDepthOfGlue) {
      const part = kPartsOfGlue.find(([, names]) => names.test(match[1]))?.[0] ?? kRestOfGlue;
      parts.push({ begin: match.index, part });
    }
  }
  parts.push({ begin: glue.length, part: 'wasm' });
  return (line, column) => {
    const place = starts[line] + column;
    return /** @type {{part: string}} */ (parts.findLast(({ begin }) => begin <= place)).part;
  };
}

/**
 * @param {string} source  As the map names it.
 * @param {string} text
 * @returns {(line: number, column: number) => string}
 */
function partsOfSource(source, text) {
  if (source.endsWith('/core.mjs')) return partsOfCore(text);
  return () => source.replace(/^(\.\.\/)*/, '');
}

/**
 * @param {string} file  A bundle with its map beside it.
 * @returns {Row[]} The dearest first.
 */
export function partsOf(file) {
  const text = readFileSync(file, 'utf8');
  const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  /** @type {string[]} */
  const sources = map.sources;
  const partAt = sources.map((source, index) => partsOfSource(source, map.sourcesContent[index]));
  const segments = segmentsOf(text, map.mappings);
  const named = segments.map(({ source, line, column }) => partAt[source](line, column));
  /** @param {(part: string) => boolean} isIn */
  const textOf = (isIn) =>
    segments
      .map(({ begin }, index) =>
        isIn(named[index]) ? text.slice(begin, segments[index + 1]?.begin) : '',
      )
      .join('');
  const brotliOfAll = brotliCompressSync(textOf(() => true)).length;
  return [...new Set(named)]
    .map((part) => ({
      part,
      raw: Buffer.byteLength(textOf((each) => each === part)),
      brotli: brotliOfAll - brotliCompressSync(textOf((each) => each !== part)).length,
    }))
    .sort((a, b) => b.brotli - a.brotli);
}
