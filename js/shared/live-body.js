/**
 * A body that is still being downloaded, as a stream: it follows the download,
 * from what is stored and as far as that has no gap.
 *
 * A body may start over, and bytes that were handed out cannot be taken back.
 * Then the stream goes on only behind the same bytes, which it knows by their
 * digests; where they are others, it breaks. One that is a part breaks also when
 * it has handed out nothing yet: its reader has been told the total, may have the
 * bytes before from elsewhere, and nobody knows whether they are still the same.
 */

import { makeError } from './errors.js';

/** @typedef {import('./messages.js').StoredBytes} StoredBytes */

/**
 * What the reader gets at once, and so what a stream keeps in memory. Less
 * would cost speed: each is read from the store by itself.
 */
const kSliceBytesMax = 1024 * 1024;

/**
 * Nothing is read before somebody wants it.
 *
 * @param {(generation: number, offset: number) => Promise<StoredBytes>} read
 * @param {number} generation  The one whose head the reader has seen.
 * @param {number} [begin]  Of a part: the first byte that the reader wants.
 * @returns {ReadableStream<Uint8Array>}
 */
export function liveBody(read, generation, begin) {
  let isCancelled = false;
  /** Where the stock begins. */
  let offset = begin || 0;
  /** Asked for and not handed out. Its bytes are in the store. */
  let stock = new Blob();
  /** The stock reaches to the end of the body. */
  let isEnd = false;
  let hasFailed = false;
  /** @type {{length: number, digest: string}[]} What was handed out. */
  const slices = [];
  /** So many of them are known to be in this generation, too. */
  let matching = 0;

  const askForMore = async () => {
    const answer = await read(generation, offset + stock.size);
    if (answer.generation === generation) {
      stock = new Blob([stock, answer.body ?? '']);
      isEnd = answer.isEnd;
      return;
    }
    if (begin !== undefined && !slices[0]) throw makeChangedError();
    ({ generation } = answer);
    offset = begin || 0;
    stock = new Blob();
    matching = 0;
  };

  /** @param {ReadableStreamDefaultController} controller */
  const pull = async (controller) => {
    while (!isCancelled) {
      /** @type {{length: number, digest: string} | undefined} */
      const slice = slices[matching];
      if (stock.size < (slice?.length ?? 1) && !isEnd) {
        await askForMore();
        continue;
      }
      const wanted = stock.slice(0, slice?.length ?? kSliceBytesMax);
      let bytes;
      try {
        bytes = await wanted.arrayBuffer();
      } catch {
        // Deleted under the reader, where Blobs die with what is stored. The
        // worker knows why; if it does not, the bytes are lost.
        if (hasFailed) throw makeError('TypeError', 'The stored body cannot be read.');
        hasFailed = true;
        stock = new Blob();
        isEnd = false;
        continue;
      }
      const length = bytes.byteLength;
      hasFailed = false;
      stock = stock.slice(length);
      offset += length;
      if (length === 0 && !slice) return controller.close();
      const digest = String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
      if (slice && slice.digest !== digest) throw makeChangedError();
      matching += 1;
      if (slice) continue;
      slices.push({ length, digest });
      return controller.enqueue(new Uint8Array(bytes));
    }
  };

  return new ReadableStream({ pull, cancel: () => void (isCancelled = true) }, { highWaterMark: 0 });
}

function makeChangedError() {
  return makeError('TypeError', 'The body started over with other bytes.');
}
