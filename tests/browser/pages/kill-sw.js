/**
 * The test worker, stopped at a chosen moment: at the *aim* it tells the driver
 * and stands still until the driver kills the browser. What it has asked of the
 * store by then may have happened or not, as in any crash.
 *
 * Also tells when the event that ends a fetch begins, and when it is
 * acknowledged: the journal then says so, and it must never come again.
 */

importScripts('/driver/origin.js');

/** Long enough for the driver to kill us; then the aim has been missed. */
const kStandStillMs = 3_000;

/** A fetch is acknowledged some milliseconds after its event; it is looked at so often. */
const kLookMs = 20;

/**
 * The stores of the polyfill, by what they hold. A pack is two values: its heads are put
 * first, so that a kill there falls between the two.
 */
const kKinds = { chunks: 'chunk', packHeads: 'pack', FILE_DATA: 'journal', bodies: 'upload' };

/** @type {{point: string, count: number, wholeBytes: number} | null} */
let aim = null;

/** What the journal writes about. */
let stage = 'register';

/** By fetch and record: bytes that were put. */
const bytesPut = new Map();

/** By transaction: kinds of what was put, and how many records in packs. */
const puts = new WeakMap();

/** Records whose pack is stored, since the aim was taken. */
let recordsPacked = 0;

/** @param {Record<string, unknown>} message */
function tell(message) {
  const body = JSON.stringify(message);
  return fetch(`${self.driverOrigin}/driver/reports`, { method: 'POST', body });
}

/** @param {string} point */
function reach(point) {
  if (aim?.point !== point) return;
  aim.count -= 1;
  if (aim.count > 0) return;
  aim = null;
  tell({ kind: 'aim', point, recordsPacked });
  for (const end = Date.now() + kStandStillMs; Date.now() < end;);
}

/** @param {string} kind @param {'put' | 'stored'} step */
function reachStore(kind, step) {
  reach(`${kind === 'journal' ? stage : kind}-${step}`);
}

for (const method of ['put', 'add']) {
  const original = IDBObjectStore.prototype[method];
  IDBObjectStore.prototype[method] = function(value, key) {
    const request = original.call(this, value, key);
    const kind = kKinds[this.name];
    const own = puts.get(this.transaction);
    own?.kinds.add(kind);
    if (own && kind === 'pack') own.recordsPacked += value.length;
    if (kind === 'chunk') countChunk(key);
    reachStore(kind, 'put');
    return request;
  };
}

const { transaction: begin } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function(...options) {
  const transaction = begin.apply(this, options);
  const own = { kinds: new Set(), recordsPacked: 0 };
  puts.set(transaction, own);
  // Before anybody else hears of it.
  transaction.addEventListener('complete', () => {
    recordsPacked += own.recordsPacked;
    for (const kind of own.kinds) reachStore(kind, 'stored');
  });
  return transaction;
};

/** @param {[string, number, number, number, number]} key */
function countChunk([uid, record, , begin, end]) {
  const name = `${uid} ${record}`;
  const bytes = (bytesPut.get(name) ?? 0) + end - begin;
  bytesPut.set(name, bytes);
  if (bytes === aim?.wholeBytes) stage = 'settle';
}

for (const type of ['success', 'fail', 'abort']) {
  addEventListener(`backgroundfetch${type}`, (event) => {
    const { id } = event.registration;
    const told = tell({ kind: 'delivery', id });
    reach('handler-begin');
    const { waitUntil } = event;
    event.waitUntil = (promise) => waitUntil.call(event, promise.then(() => {
      reach('handler-end');
      stage = 'acknowledge';
      // Two reports at once may arrive in any order.
      told.finally(() => tellAcknowledged(event.registration));
    }));
  });
}

/** @param {any} registration */
async function tellAcknowledged(registration) {
  const areThere = () => registration.match('/none').then(
    () => true, ({ name }) => name !== 'InvalidStateError');
  while (await areThere()) await new Promise((resolve) => setTimeout(resolve, kLookMs));
  tell({ kind: 'acknowledged', id: registration.id });
}

importScripts('/pages/sw.js');

addEventListener('message', ({ data, ports: [port] }) => {
  if (!data.aim) return;
  aim = data.aim;
  stage = 'register';
  recordsPacked = 0;
  port.postMessage('aimed');
});
