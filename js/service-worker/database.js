/**
 * Database: one IndexedDB database, with connections that come back.
 *
 * Browsers close connections (storage cleared, disk trouble), and one that
 * stays open blocks deleteDatabase(). So a connection is closed as soon as
 * somebody asks for it, never used once it is closed, and opened again by the
 * next transaction.
 *
 * One transaction at a time. A WebKit that ends a worker which has two under way keeps
 * them for ever, and no later one of that database begins
 * (https://bugs.webkit.org/show_bug.cgi?id=324094); a Chromium that is killed while two
 * of them write deletes every database of the origin when it starts again.
 */

/**
 * Survives the death of the browser in every engine measured; only a loss of
 * power could undo it, and then what is missing is fetched again.
 */
const kDurability = 'relaxed';

/**
 * A database that is being deleted cannot be opened while anybody keeps a
 * connection to it, and the browser does not tell. Far above what a browser that
 * has just been started needs on a phone.
 */
const kOpenMsMax = 30_000;

/**
 * An engine whose database stands still does not tell, either. Far above what a phone
 * needs for the most that one transaction has: upload bodies of some GB.
 */
const kTransactionMsMax = 300_000;

/**
 * The world said no to a transaction: nothing of it is stored.
 *
 * WebKit says that the disk is full by aborting without an error (a Blob), or
 * with an UnknownError (an ArrayBuffer). Others, and WebKit itself, say so where
 * the next connection would do.
 */
export class StorageError extends Error {
  /** The next transaction may be, too, and each costs minutes. */
  isStuck = false;

  /** @param {any} cause */
  constructor(cause) {
    super(cause?.message ?? 'The transaction was aborted.', { cause });
    this.name = 'StorageError';
    /** What it means only another try tells. */
    this.isVague = cause === null || cause.name === 'UnknownError';
    this.isQuota =
      cause?.name === 'QuotaExceededError' || (this.isVague && !/server lost/.test(this.message));
  }
}

/** A browser that closes every connection at once lets nothing be stored. */
const kAttemptsMax = 5;

export class Database {
  /** Called when the browser, or a script, has deleted what was stored. */
  onLost = () => {};
  #name;
  #version;
  #upgrade;
  /** @type {Promise<IDBDatabase> | null} */
  #connection = null;
  #isFenced = false;
  /** @type {Promise<unknown>} Settles when no transaction is under way or waits. */
  #last = Promise.resolve();

  /**
   * @param {string} name
   * @param {number} version
   * @param {(database: IDBDatabase) => void} upgrade  Creates the object stores.
   */
  constructor(name, version, upgrade) {
    this.#name = name;
    this.#version = version;
    this.#upgrade = upgrade;
  }

  /**
   * Runs one transaction that reads, when those before it have ended.
   *
   * @template Result
   * @param {(transaction: IDBTransaction) => Result} work  Makes all requests
   *   at once, once more where the first try tells nothing; may return some of them to have their results.
   * @returns {Promise<Result>} Resolves when the transaction is complete. Rejects
   *   with StorageError, or with what `work` throws.
   */
  read(work) {
    return this.#queue('readonly', work);
  }

  /**
   * Runs one transaction that writes, when those before it have ended.
   *
   * @template Result
   * @param {(transaction: IDBTransaction) => Result} work  As read() has it.
   * @returns {Promise<Result>} Resolves when what was written is durable. Rejects
   *   as read() does; nothing is stored then, unless it was stuck.
   */
  write(work) {
    return this.#queue('readwrite', work);
  }

  /**
   * @template Result
   * @param {IDBTransactionMode} mode
   * @param {(transaction: IDBTransaction) => Result} work
   * @returns {Promise<Result>}
   */
  #queue(mode, work) {
    const done = this.#last.then(() => this.#run(mode, work));
    this.#last = done.then(() => {}, () => {});
    return done;
  }

  /**
   * @template Result
   * @param {IDBTransactionMode} mode
   * @param {(transaction: IDBTransaction) => Result} work
   * @returns {Promise<Result>}
   */
  async #run(mode, work) {
    try {
      return await complete(await this.#begin(mode), work);
    } catch (error) {
      if (!(/** @type {any} */ (error).isVague)) throw error;
      await this.close();
      return complete(await this.#begin(mode), work);
    }
  }

  /** Closes the connection; the next transaction opens another. */
  async close() {
    const connection = this.#connection;
    this.#connection = null;
    try {
      (await connection)?.close();
    } catch {
      // It was never open.
    }
  }

  /** Until unfence() no transaction begins: the database is another worker's. */
  fence() {
    this.#isFenced = true;
    return this.close();
  }

  unfence() {
    this.#isFenced = false;
  }

  /**
   * @param {IDBTransactionMode} mode
   * @returns {Promise<IDBTransaction>} Of all stores.
   */
  async #begin(mode) {
    const options = { durability: kDurability };
    for (let attempt = 1; ; attempt += 1) {
      const connection = /** @type {any} */ (await this.#open());
      try {
        return connection.transaction([...connection.objectStoreNames], mode, options);
      } catch (error) {
        // It was closed while it was handed to us.
        this.#connection = null;
        if (attempt === kAttemptsMax) throw new StorageError(error);
      }
    }
  }

  async #open() {
    if (this.#isFenced) throw new StorageError(new Error('The database cannot be opened.'));
    if (this.#connection) return this.#connection;
    const forget = () => {
      if (this.#connection === connection) this.#connection = null;
    };
    const connection = open(this.#name, this.#version, this.#upgrade, () => {
      forget();
      this.onLost();
    });
    connection.catch(forget);
    this.#connection = connection;
    return connection;
  }
}

/**
 * @param {string} name
 * @returns {Promise<boolean>} True also where nobody can tell.
 */
export async function mayExist(name) {
  if (!indexedDB.databases) return true;
  try {
    const databases = await indexedDB.databases();
    return databases.some((database) => database.name === name);
  } catch {
    // Firefox cannot tell while it makes one of them, soon after its start.
    return true;
  }
}

/**
 * @param {string} name
 * @param {number} version
 * @param {(database: IDBDatabase) => void} upgrade
 * @param {() => void} onGone  The browser has closed it, or is asked to delete it.
 * @returns {Promise<IDBDatabase>}
 */
function open(name, version, upgrade, onGone) {
  return new Promise((resolve, reject) => {
    const request = requestOpen(name, version);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new StorageError(new Error('The database cannot be opened.')));
    }, kOpenMsMax);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onerror = () => {
      clearTimeout(timer);
      reject(new StorageError(request.error));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const connection = request.result;
      if (isLate) return connection.close();
      connection.onclose = onGone;
      connection.onversionchange = () => {
        connection.close();
        onGone();
      };
      resolve(connection);
    };
  });
}

/**
 * Where storage is switched off, even asking throws.
 *
 * @param {string} name
 * @param {number} version
 */
function requestOpen(name, version) {
  try {
    return indexedDB.open(name, version);
  } catch (error) {
    throw new StorageError(error);
  }
}

/**
 * @template Result
 * @param {IDBTransaction} transaction
 * @param {(transaction: IDBTransaction) => Result} work
 * @returns {Promise<Result>}
 */
function complete(transaction, work) {
  /** @type {any} */
  let timer;
  return new Promise((resolve, reject) => {
    /** @type {Result} */
    let result;
    timer = setTimeout(() => {
      const error = new StorageError(new Error('The transaction is stuck.'));
      reject(Object.assign(error, { isStuck: true }));
      try {
        transaction.abort();
      } catch {
        // It is committing, and may still come to it.
      }
    }, kTransactionMsMax);
    transaction.oncomplete = () => resolve(result);
    // Also after an error event: those that nobody handles abort.
    transaction.onabort = () => reject(new StorageError(transaction.error));
    try {
      result = work(transaction);
    } catch (error) {
      reject(error);
      transaction.abort();
    }
  }).finally(() => clearTimeout(timer));
}
