/**
 * The matrix without a browser: the worker that ships, core and all, in a world
 * of tests/host, over a simulated network and in virtual time. The same row gives
 * the same world again.
 */

import { createHash } from 'node:crypto';

import { FakeBlob } from '../host/fake-blob.mjs';
import { openAccount } from '../host/invariants.mjs';
import { loadProgram } from '../host/worker-program.mjs';
import { World } from '../host/world.mjs';
import { isReplacementDue, queriesOf, seedOf, sizeOf, slugOf } from './judge.mjs';
import { kMiB } from './rows/row.mjs';
import { SimulatedNetwork } from './simulated-network.mjs';

/** What is larger is compared without being made. */
const kHashedBytesMax = 64 * kMiB;

/** The same dice for every row. */
const kSeed = 1;

/** How often it looks whether the worker is to be replaced. */
const kLookMs = 10;

/** What pages upload. */
const kUploadSalt = 99_999;

/**
 * @typedef {import('../host/worker-life.mjs').WorkerLife} WorkerLife
 * @typedef {import('../host/worker-program.mjs').Canary} Canary
 * @typedef {import('./rows/row.mjs').Row} Row
 * @typedef {import('./judge.mjs').RecordSeen} RecordSeen
 * @typedef {import('./judge.mjs').Seen} Seen
 */

class FaultWorld extends World {
  #network;
  #row;
  /** @type {(seen: Seen) => void} */
  #hear = () => {};
  #told = '';

  /**
   * @param {Row} row
   * @param {(...surroundings: any[]) => void} program
   */
  constructor(row, program) {
    super(kSeed, program);
    this.#network = new SimulatedNetwork(this);
    this.#row = row;
  }

  /** @param {WorkerLife} life */
  fetchOf(life) {
    return this.#network.fetchOf(life);
  }

  /** @returns {Promise<Seen>} Once the worker's event has ended. */
  async run() {
    const row = this.#row;
    const uid = this.dice.uuid();
    const name = slugOf(row.name);
    const queries = queriesOf(row);
    const base = this.#network.originOf(row.origin ?? 'own');
    const urls = queries.map((query, index) => new URL(`${base}/bytes/${name}-${index}?${query}`).href);
    if (row.cached) {
      this.#network.warm(urls[0], `${queries[0]}&${row.cached}`);
      this.#network.setSwitches(`${name}-0`, row.server ?? '');
    }
    const account = openAccount(uid, name, [anythingMayCome()], row.downloadTotal ?? 0);
    this.accounts.set(uid, account);
    const heard = new Promise((resolve) => {
      this.#hear = resolve;
    });
    const [page] = this.pages;
    const options = { id: name, title: '', icons: [], downloadTotal: row.downloadTotal ?? 0 };
    await page.ask('fetch', { uid, options, requests: urls.map((url) => storable(url, row)) });
    account.told = 'registered';
    page.follow();
    if (row.replacedAt) {
      const { log } = this.#network;
      while (!isReplacementDue(row, log.for(`${name}-0`))) await this.sleep(kLookMs);
      // The next question starts another one.
      this.crash();
    }
    return heard;
  }

  /** @param {string} name @param {object} fields @param {any} answer */
  onAnswer(name, fields, answer) {
    super.onAnswer(name, fields, answer);
    for (const { result, failureReason } of answer.value?.changes ?? []) {
      if (result) this.#told = failureReason || result;
    }
  }

  /** @param {WorkerLife} _life @param {string} _type @param {any} event */
  onDelivery(_life, _type, event) {
    const [account] = this.accounts.values();
    account.attempts += 1;
    event.waitUntil((async () => {
      const { result, failureReason } = event.registration;
      const records = result === 'success' ? await this.#read(event.registration) : [];
      const names = queriesOf(this.#row).map((_, index) => `${slugOf(this.#row.name)}-${index}`);
      const { log } = this.#network;
      const told = this.#told;
      account.lifetimesEnded += 1;
      this.#hear({
        outcome: failureReason || result,
        told,
        records,
        requests: names.reduce((sum, name) => sum + log.for(name).length, 0),
        bytes: names.reduce((sum, name) => sum + log.bytesWritten(name), 0),
      });
    })());
  }

  /** @param {any} registration @returns {Promise<RecordSeen[]>} */
  async #read(registration) {
    const records = await registration.matchAll();
    return Promise.all(records.map(async (/** @type {any} */ record, /** @type {number} */ index) => {
      const response = await record.responseReady;
      const blob = await response.blob();
      const { status } = response;
      const size = blob.size;
      if (size > kHashedBytesMax) {
        return { status, size, isOwn: blob.isContent(seedOf(this.#row, index), sizeOf(this.#row)) };
      }
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return { status, size, sha256: createHash('sha256').update(bytes).digest('hex') };
    }));
  }
}

/** The row's own judge says what may come of it. */
function anythingMayCome() {
  const outcomes = ['fetch-error', 'bad-status', 'quota-exceeded'];
  return /** @type {import('../host/server.mjs').Resource} */ (/** @type {unknown} */ ({
    url: `faults`, versions: [{ length: Infinity }], excuses: new Set(outcomes), mayRestart: true,
  }));
}

/** @param {string} url @param {Row} row */
function storable(url, { request = {} }) {
  const { method = 'GET', body, credentials = 'same-origin', redirect = 'follow' } = request;
  const bodyLength = body?.length ?? 0;
  const info = {
    url, method, credentials, redirect, bodyLength, headers: [], mode: 'cors', cache: 'default',
    referrer: 'about:client', referrerPolicy: '', integrity: '',
  };
  const stored = FakeBlob.of([{ salt: kUploadSalt, begin: 0, end: bodyLength }]);
  return { info, body: bodyLength > 0 ? stored : null };
}

/**
 * @param {Row[]} rows
 * @param {(row: Row, seen: Seen | Error, ms: number) => void} onSeen
 * @param {{canary?: Canary}} [options]
 */
export async function runInSimulator(rows, onSeen, { canary } = {}) {
  const program = await loadProgram(canary);
  for (const row of rows) {
    const startedAt = performance.now();
    const seen = await runRow(row, program).catch((error) => /** @type {Error} */ (error));
    onSeen(row, seen, performance.now() - startedAt);
  }
}

/**
 * @param {Row} row
 * @param {(...surroundings: any[]) => void} program
 */
async function runRow(row, program) {
  const world = new FaultWorld(row, program);
  const seen = await world.until(world.run());
  // Everything else that must hold at the end of a world holds here, too.
  await world.finish();
  return seen;
}
