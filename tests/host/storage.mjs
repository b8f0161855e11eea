// Storage: IndexedDB below every life of the worker, with the ways in which it
// fails: transactions that abort, connections that the browser closes, and
// what a killed browser leaves of writes that nobody was told about.
//
// The database is fake-indexeddb. Its tasks are turns of the world: it asks for
// `setImmediate` and `structuredClone` at each use, and gets ours.

import { FakeBlob } from './fake-blob.mjs';

/** @typedef {import('./worker-life.mjs').WorkerLife} WorkerLife */
/** @typedef {import('./world.mjs').World} World */

/** @type {World | null} Whose turn it is; worlds of one process follow each other. */
let world = null;
/** @type {import('./fake-blob.mjs').StoredFile[] | null} Files that a put makes. */
let filesMade = null;

/** A step of the database. Not nothing: it polls while a deletion is blocked. */
const kStepMs = 0.01;

globalThis.setImmediate = /** @type {any} */ (
  (/** @type {() => void} */ run) =>
    /** @type {World} */ (world).scheduler.after(kStepMs, null, run)
);
const cloneOther = globalThis.structuredClone;
globalThis.structuredClone = clone;

/** @param {any} value @returns {any} */
function clone(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof FakeBlob) {
    if (!filesMade) return FakeBlob.of(value.parts);
    const { blob, file } = value.stored();
    filesMade.push(file);
    return blob;
  }
  if (Array.isArray(value)) return value.map(clone);
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clone(each)]));
  }
  return cloneOther(value);
}

const { IDBFactory: Factory, IDBTransaction: Transaction } = await import('fake-indexeddb');
const startTransaction = /** @type {any} */ (Transaction).prototype._start;

export class Storage {
  #world;
  #factory = new Factory();

  /** @param {World} owner */
  constructor(owner) {
    this.#world = owner;
    world = owner;
  }

  /** @param {WorkerLife} life  Its `indexedDB`. */
  of(life) {
    return {
      open: (/** @type {string} */ name, /** @type {number} */ version) =>
        this.#open(life, name, version),
      deleteDatabase: (/** @type {string} */ name) => this.#delete(life, name),
      databases: () =>
        new Promise((resolve) => {
          life.later(this.#world.latency(), () => this.#factory.databases().then(resolve));
        }),
    };
  }

  /**
   * The process is gone. What was under way comes to something or to nothing,
   * in the order in which it was asked for.
   *
   * @param {WorkerLife} life
   * @param {(count: number) => number} countLanding  How many of so many.
   */
  crash(life, countLanding) {
    for (const request of life.requests) {
      request.onsuccess = null;
      request.onerror = null;
      request.onupgradeneeded = () => request.transaction.abort();
    }
    const transactions = [...life.transactions];
    const landing = countLanding(transactions.length);
    transactions.forEach((transaction, index) => {
      transaction.oncomplete = null;
      transaction.onabort = null;
      if (index >= landing) transaction._abort('AbortError');
      else this.#damage(transaction.files);
    });
    for (const connection of life.connections) {
      connection.onclose = null;
      connection.onversionchange = null;
      connection.close();
    }
  }

  /**
   * What is durable, without asking anybody.
   *
   * @param {string} prefix  Of the database's name.
   * @param {string} store
   * @returns {{key: any, value: any}[]}
   */
  contents(prefix, store) {
    const databases = /** @type {any} */ (this.#factory)._databases;
    for (const [name, database] of databases) {
      if (!name.startsWith(prefix)) continue;
      const rawStore = database.rawObjectStores.get(store);
      return rawStore ? [...rawStore.records.values()] : [];
    }
    return [];
  }

  /** @param {import('./fake-blob.mjs').StoredFile[]} files  Of writes nobody was told about. */
  #damage(files) {
    const { dice, faults } = this.#world;
    for (const file of files) {
      if (!dice.chance(faults.fileDamage)) continue;
      this.#world.note(`a file of ${file.size} bytes is damaged`);
      this.#world.hasDamaged = true;
      if (dice.chance(50)) file.isLost = true;
      else file.available = dice.below(file.size);
    }
  }

  /** @param {WorkerLife} life @param {string} name @param {number} version */
  #open(life, name, version) {
    this.#world.checkAlive(life, `opens ${name}`);
    if (this.#world.dice.chance(this.#world.faults.open)) return this.#failingRequest(life);
    const request = /** @type {any} */ (this.#factory.open(name, version));
    life.requests.add(request);
    request.addEventListener('success', () => {
      life.requests.delete(request);
      if (life.isDead) return request.result.close();
      life.touch();
      this.#adopt(life, request.result);
    });
    request.addEventListener('upgradeneeded', () => life.touch());
    return request;
  }

  /** @param {WorkerLife} life @param {string} name */
  #delete(life, name) {
    this.#world.checkAlive(life, `deletes ${name}`);
    if (this.#world.dice.chance(this.#world.faults.open)) return this.#failingRequest(life);
    const request = /** @type {any} */ (this.#factory.deleteDatabase(name));
    life.requests.add(request);
    request.addEventListener('success', () => {
      life.requests.delete(request);
      life.touch();
    });
    return request;
  }

  /** @param {WorkerLife} life @returns {any} */
  #failingRequest(life) {
    const request = { error: new DOMException('Internal error.', 'UnknownError'), onerror() {} };
    this.#noteFault('IndexedDB refuses a request');
    // By that name some engines mean that the store is full.
    this.#world.quotaFaults += 1;
    life.later(this.#world.latency(), () => request.onerror());
    return request;
  }

  /** @param {WorkerLife} life @param {any} connection */
  #adopt(life, connection) {
    life.connections.add(connection);
    const begin = connection.transaction.bind(connection);
    connection.transaction = (
      /** @type {string[]} */ stores, /** @type {string} */ mode, /** @type {object} */ options,
    ) => {
      if (this.#world.dice.chance(this.#world.faults.close)) this.#close(life, connection);
      const transaction = begin(stores, mode, options);
      this.#watch(life, transaction);
      return transaction;
    };
  }

  /** The browser does. @param {WorkerLife} life @param {any} connection */
  #close(life, connection) {
    this.#noteFault('the browser closes a connection');
    this.#world.engineIsLost();
    connection.close();
    life.connections.delete(connection);
    life.later(this.#world.latency(), () => connection.onclose?.());
  }

  /** @param {WorkerLife} life @param {any} transaction */
  #watch(life, transaction) {
    this.#world.checkAlive(life, 'begins a transaction');
    if (transaction.mode === 'readwrite') this.#world.checkMayWrite(life);
    transaction.files = [];
    life.transactions.add(transaction);
    const end = () => {
      life.transactions.delete(transaction);
      if (!life.isDead) life.touch();
    };
    transaction.addEventListener('complete', end);
    transaction.addEventListener('abort', end);
    const getStore = transaction.objectStore.bind(transaction);
    transaction.objectStore = (/** @type {string} */ name) =>
      watchPuts(getStore(name), transaction);
    this.#delay(transaction);
  }

  /** Transactions take their time, and fail when their time has come. @param {any} transaction */
  #delay(transaction) {
    let isDelayed = false;
    transaction._start = () => {
      if (isDelayed) return startTransaction.call(transaction);
      isDelayed = true;
      transaction._started = true;
      this.#world.scheduler.after(this.#world.storageLatency(), null, () => {
        if (transaction._state === 'finished') return;
        const failure = this.#failureOf(transaction);
        if (failure === undefined) return startTransaction.call(transaction);
        this.#noteFault(`a transaction aborts: ${failure}`);
        // Some engines name a full store so, or not at all.
        if (failure !== 'AbortError') this.#world.quotaFaults += 1;
        transaction._abort(failure);
      });
    };
  }

  /** @param {string} text */
  #noteFault(text) {
    this.#world.note(text);
    this.#world.storageFaults += 1;
  }

  /** @param {any} transaction @returns {string | null | undefined} Undefined: none. */
  #failureOf(transaction) {
    const { dice, faults } = this.#world;
    // As WebKit's ephemeral sessions: no files, so no Blobs.
    if (faults.refusesBlobs && transaction.files.length > 0) return null;
    const isWriting = transaction.mode === 'readwrite';
    if (!dice.chance(isWriting ? faults.write : faults.write / 4)) return undefined;
    return dice.pick(isWriting ? ['QuotaExceededError', 'UnknownError', 'AbortError', null] : [
      'UnknownError', 'AbortError',
    ]);
  }
}

/** @param {any} store @param {any} transaction */
function watchPuts(store, transaction) {
  if (Object.hasOwn(store, 'put')) return store;
  const put = store.put.bind(store);
  store.put = (/** @type {any} */ value, /** @type {any} */ key) => {
    filesMade = transaction.files;
    try {
      return put(value, key);
    } finally {
      filesMade = null;
    }
  };
  return store;
}
