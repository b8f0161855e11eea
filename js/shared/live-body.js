/**
 * A body that is still being downloaded, as a stream: it follows the download,
 * from what is stored and as far as that has no gap.
 *
 * A body may start over, and bytes that were handed out cannot be taken back.
 * Then the stream goes on only behind the same bytes, which it knows by their
 * digests; where they are others, it breaks. One that began further on breaks
 * also when it has handed out nothing yet: its reader has the bytes before from
 * elsewhere, and nobody knows whether they are still the same.
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
 * @param {number} [begin]  The first byte that the reader wants.
 * @returns {ReadableStream<Uint8Array>}
 */
export function liveBody(read, generation, begin = 0) {
  const body = new LiveBody(read, generation, begin);
  return new ReadableStream(
    { pull: (controller) => body.pull(controller) },
    { highWaterMark: 0 },
  );
}

class LiveBody {
  #read;
  #generation;
  #begin;
  /** Where the stock begins. */
  #offset;
  /** Asked for and not handed out. Its bytes are in the store. */
  #stock = new Blob();
  /** The stock reaches to the end of the body. */
  #isEnd = false;
  #hasFailed = false;
  /** @type {{length: number, digest: string}[]} What was handed out. */
  #slices = [];
  /** So many of them are known to be in this generation, too. */
  #matching = 0;

  /**
   * @param {(generation: number, offset: number) => Promise<StoredBytes>} read
   * @param {number} generation
   * @param {number} begin
   */
  constructor(read, generation, begin) {
    this.#read = read;
    this.#generation = generation;
    this.#begin = this.#offset = begin;
  }

  /** @param {ReadableStreamDefaultController} controller */
  async pull(controller) {
    for (;;) {
      /** @type {{length: number, digest: string} | undefined} */
      const slice = this.#slices[this.#matching];
      if (this.#stock.size < (slice?.length ?? 1) && !this.#isEnd) {
        await this.#askForMore();
        continue;
      }
      const bytes = await this.#take(slice?.length ?? kSliceBytesMax);
      if (!bytes) continue;
      if (bytes.length === 0 && !slice) return controller.close();
      const digest = await digestOf(bytes);
      if (slice && slice.digest !== digest) throw makeChangedError();
      this.#matching += 1;
      if (slice) continue;
      this.#slices.push({ length: bytes.length, digest });
      return controller.enqueue(bytes);
    }
  }

  async #askForMore() {
    const next = this.#offset + this.#stock.size;
    const { generation, body, isEnd } = await this.#read(this.#generation, next);
    if (generation !== this.#generation) {
      if (this.#begin > 0 && this.#slices.length === 0) throw makeChangedError();
      this.#generation = generation;
      this.#offset = this.#begin;
      this.#stock = new Blob();
      this.#matching = 0;
      return;
    }
    if (body) this.#stock = new Blob([this.#stock, body]);
    this.#isEnd = isEnd;
  }

  /**
   * @param {number} length
   * @returns {Promise<Uint8Array<ArrayBuffer> | null>} Null: to be asked for again.
   */
  async #take(length) {
    try {
      const bytes = new Uint8Array(await this.#stock.slice(0, length).arrayBuffer());
      this.#stock = this.#stock.slice(length);
      this.#offset += bytes.length;
      this.#hasFailed = false;
      return bytes;
    } catch {
      // Deleted under the reader, where Blobs die with what is stored. The
      // worker knows why; if it does not, the bytes are lost.
      if (this.#hasFailed) throw makeError('TypeError', 'The stored body cannot be read.');
      this.#hasFailed = true;
      this.#stock = new Blob();
      this.#isEnd = false;
      return null;
    }
  }
}

function makeChangedError() {
  return makeError('TypeError', 'The body started over with other bytes.');
}

/** @param {BufferSource} bytes */
async function digestOf(bytes) {
  return String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
