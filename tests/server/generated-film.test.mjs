import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { captionsOf } from './film-captions.mjs';
import { filmAt, filmHead, kFilmBlockBytes } from './generated-film.mjs';
import { framesOf, kFramesPerStep, kHeight, kStepsPerSecond, kWidth } from './lamp.mjs';

const kText = 'SOS SEASON MOON';
const kSeconds = 136;
const kSize = (1 + kSeconds) * kFilmBlockBytes;

function film() {
  const bytes = filmAt(`film ${kText}`, 0, kSize);
  filmHead(kSize).copy(bytes);
  return bytes;
}

/**
 * @param {Buffer} bytes  nothing but elements, their sizes in four bytes
 * @returns {{id: string, begin: number, content: Buffer}[]}
 */
function elementsOf(bytes) {
  const elements = [];
  for (let at = 0; at < bytes.length;) {
    const begin = at;
    const id = bytes.subarray(at, at + Math.clz32(bytes[at]) - 23);
    const sizeAt = at + id.length;
    const end = sizeAt + 4 + (bytes.readUInt32BE(sizeAt) - 0x1000_0000);
    elements.push({ id: id.toString('hex'), begin, content: bytes.subarray(sizeAt + 4, end) });
    at = end;
  }
  return elements;
}

/** @param {Buffer} bytes @param {string} id */
function contentsOf(bytes, id) {
  return elementsOf(bytes).filter((each) => each.id === id).map(({ content }) => content);
}

test('a film is a head and seconds, all of it elements, and its cues tell where they are', () => {
  const [, segment] = elementsOf(film());
  assert.equal(segment.id, '18538067');
  const clusters = elementsOf(segment.content).filter(({ id }) => id === '1f43b675');
  assert.equal(clusters.length, kSeconds);
  const [cues] = contentsOf(segment.content, '1c53bb6b');
  const points = contentsOf(cues, 'bb').map((point) => {
    const [place] = contentsOf(point, 'b7');
    return [contentsOf(point, 'b3')[0].readUInt32BE(), contentsOf(place, 'f1')[0].readUInt32BE()];
  });
  assert.deepEqual(points, clusters.map(({ begin, content }) => [
    contentsOf(content, 'e7')[0].readUInt32BE(), begin,
  ]));
  const [information] = contentsOf(segment.content, '1549a966');
  assert.equal(contentsOf(information, '4489')[0].readDoubleBE(), kSeconds * 1000);
});

test('every step of a film begins with a key frame of its size, and the lamp sends the text', () => {
  const [, segment] = elementsOf(film());
  const frames = contentsOf(segment.content, '1f43b675')
    .flatMap((cluster) => contentsOf(cluster, 'a3')).map((block) => block.subarray(4));
  assert.equal(frames.length, kSeconds * kStepsPerSecond * kFramesPerStep);
  for (let step = 0; step < kSeconds * kStepsPerSecond; step += 1) {
    // RFC 6386: the lowest bit of a key frame is 0; its size follows the start code.
    const key = frames[step * kFramesPerStep];
    assert.equal(key[0] & 1, 0);
    assert.deepEqual([key.readUInt16LE(6), key.readUInt16LE(8)], [kWidth, kHeight]);
  }
  // S: on, off, on, off, on, and off for three.
  const isOn = (/** @type {number} */ step) => frames[step * kFramesPerStep]
    .equals(framesOf(true, step)[0]);
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map(isOn),
    [true, false, true, false, true, false, false, false, true]);
});

test('a film of any length has its cues in its head', () => {
  for (const seconds of [0, 1, 300, 301, 7200]) {
    assert.equal(filmHead((1 + seconds) * kFilmBlockBytes).length, kFilmBlockBytes);
  }
});

test('the captions of the course say what its film sends', async () => {
  const file = new URL('../../demo/course/lesson-3.vtt', import.meta.url);
  assert.equal(await readFile(file, 'utf8'), captionsOf(kText, kSeconds));
});
