/**
 * The journal's folder: Emscripten's IDBFS, corrected.
 *
 * Its in-memory half is used as it is. Its IndexedDB half is replaced, because
 * as shipped (3.1.6) it never calls back after an aborted transaction or a
 * failed put (`this.error` in an arrow function), goes on using connections
 * that the browser has closed, blocks deleteDatabase() for ever, and does not
 * see a second write within one millisecond. The database itself stays what
 * IDBFS makes: files by path.
 *
 * One writer, and one sync at a time: IDBFS deletes what it does not know.
 */

import { Database, mayExist } from './database.js';

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */

/** IDBFS's names. */
const kVersion = 21;
const kFiles = 'FILE_DATA';
const kTimestampIndex = 'timestamp';

/**
 * A file as IDBFS stores it; folders have no contents.
 *
 * @typedef {{timestamp: Date, mode: number, contents?: Uint8Array}} StoredFile
 *
 * @typedef {{mountpoint: string}} Mount
 *
 * @typedef {(error: unknown, result?: any) => void} Callback
 *
 * The parts of IDBFS that are sound: they only touch memory, and call back
 * before they return.
 *
 * @typedef {object} LocalHalf
 * @property {(mount: Mount, callback: Callback) => void} getLocalSet
 * @property {(path: string, callback: Callback) => void} loadLocalEntry
 * @property {(path: string, file: StoredFile, callback: Callback) => void} storeLocalEntry
 * @property {(path: string, callback: Callback) => void} removeLocalEntry
 */

/**
 * @param {CoreModule} core
 * @param {string} path
 * @returns {JournalFolder} Empty until load().
 */
export function mountJournal(core, path) {
  const folder = new JournalFolder(core.FS, /** @type {any} */ (core.IDBFS), path);
  const type = Object.assign(Object.create(core.IDBFS), {
    /**
     * @param {Mount} mount
     * @param {boolean} populate
     * @param {(error: unknown) => void} callback
     */
    syncfs: (mount, populate, callback) => {
      const synced = populate ? folder.loadMount(mount) : folder.saveMount(mount);
      synced.then(() => callback(null), callback);
    },
  });
  core.FS.mkdirTree(path);
  core.FS.mount(type, {}, path);
  return folder;
}

/**
 * Without a core.
 *
 * @param {string} path
 * @returns {Promise<boolean>} Whether the folder has files; true also where nobody can tell.
 */
export async function isJournalStored(path) {
  if (!(await mayExist(path))) return false;
  const database = new Database(path, kVersion, createFiles);
  try {
    const files = await database.read((transaction) => transaction.objectStore(kFiles).count());
    return files.result > 0;
  } catch {
    return true;
  } finally {
    database.close();
  }
}

export class JournalFolder {
  #fs;
  #idbfs;
  #database;
  /**
   * By path: the mtime of what is stored. Every save gives what it stores an
   * mtime of its own, which no clock shows: a file with any other has been
   * written since.
   *
   * @type {Map<string, number>}
   */
  #stored = new Map();
  /** Counts saves; the source of those mtimes. */
  #save = 0;
  /** @type {Promise<void>} Settles when no sync is under way. */
  #running = Promise.resolve();
  /** @type {Promise<void> | null} The sync that has not begun yet. */
  #waiting = null;

  /**
   * @param {CoreModule['FS']} fs
   * @param {LocalHalf} idbfs
   * @param {string} path
   */
  constructor(fs, idbfs, path) {
    this.#fs = fs;
    this.#idbfs = idbfs;
    this.#database = new Database(path, kVersion, createFiles);
  }

  /**
   * Replaces the folder's files by what is stored.
   *
   * @returns {Promise<void>}
   */
  load() {
    return this.#queue(true);
  }

  /**
   * Makes the folder durable, as it is when this sync begins: at once, or when
   * the one that is under way has ended. Calls that wait for the same sync
   * share it.
   *
   * @returns {Promise<void>} Rejects with StorageError; everything that is not
   *   stored is tried again by the next sync.
   */
  sync() {
    this.#waiting ??= this.#queue(false);
    return this.#waiting;
  }

  /** @param {() => void} listener  Called when the database was deleted. */
  set onLost(listener) {
    this.#database.onLost = listener;
  }

  /**
   * Makes the whole folder durable, whatever was so before.
   *
   * @returns {Promise<void>}
   */
  async restore() {
    await this.#running;
    this.#stored.clear();
    return this.sync();
  }

  /**
   * A transaction that has begun ends, and none begins any more: the lock may be
   * another worker's already, and the store emptied.
   *
   * @returns {Promise<void>} Resolves when nothing is written any more.
   */
  async close() {
    await Promise.all([this.#database.fence(), this.#running]);
  }

  /**
   * Deletes what is stored, of a folder that is closed, and leaves it closed. The
   * database stays: WebKit keeps connections of workers that it has ended, and would never
   * get to delete it, nor open it again.
   *
   * @returns {Promise<void>} Rejects with StorageError.
   */
  async clear() {
    this.#database.unfence();
    try {
      await this.#database.write((transaction) => transaction.objectStore(kFiles).clear());
    } finally {
      await this.close();
    }
  }

  /** @param {boolean} populate */
  #queue(populate) {
    const done = this.#running.then(() => {
      if (!populate) this.#waiting = null;
      return this.#syncFileSystem(populate);
    });
    // Whoever called hears of errors; the next in line need not.
    this.#running = done.catch(() => {});
    return done;
  }

  /**
   * @param {boolean} populate
   * @returns {Promise<void>}
   */
  #syncFileSystem(populate) {
    return new Promise((resolve, reject) => {
      this.#fs.syncfs(populate, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** @param {Mount} mount */
  async loadMount(mount) {
    const { keys, files } = await this.#database.read((transaction) => {
      const store = transaction.objectStore(kFiles);
      return { keys: store.getAllKeys(), files: store.getAll() };
    });
    const local = this.#localTimes(mount);
    // In reverse, so that folders are empty when their turn comes.
    for (const path of [...local.keys()].sort().reverse()) {
      resultOf((callback) => this.#idbfs.removeLocalEntry(path, callback));
    }
    this.#stored.clear();
    keys.result.forEach((key, index) => {
      const path = /** @type {string} */ (key);
      /** @type {StoredFile} */
      const file = files.result[index];
      try {
        resultOf((callback) => this.#idbfs.storeLocalEntry(path, file, callback));
        this.#stored.set(path, file.timestamp.getTime());
        this.#save = Math.max(this.#save, file.timestamp.getTime());
      } catch {
        // No file of IDBFS: the next save removes what is not there.
        this.#stored.set(path, -1);
      }
    });
  }

  /** @param {Mount} mount */
  async saveMount(mount) {
    const local = this.#localTimes(mount);
    const changed = [...local].filter(([path, time]) => this.#stored.get(path) !== time);
    const removed = [...this.#stored.keys()].filter((path) => !local.has(path));
    if (changed.length === 0 && removed.length === 0) return;
    this.#save += 1;
    const save = this.#save;
    await this.#database.write((transaction) => {
      const store = transaction.objectStore(kFiles);
      for (const [path] of changed) {
        // At once, not when the transaction ends: what is written from here on
        // is newer than what is stored.
        this.#fs.utime(path, save, save);
        store.put(resultOf((callback) => this.#idbfs.loadLocalEntry(path, callback)), path);
      }
      for (const path of removed) store.delete(path);
    });
    for (const [path] of changed) this.#stored.set(path, save);
    for (const path of removed) this.#stored.delete(path);
  }

  /**
   * @param {Mount} mount
   * @returns {Map<string, number>} The mtime of each file and folder.
   */
  #localTimes(mount) {
    /** @type {{entries: Record<string, {timestamp: Date}>}} */
    const { entries } = resultOf((callback) => this.#idbfs.getLocalSet(mount, callback));
    return new Map(
      Object.entries(entries).map(([path, { timestamp }]) => [path, timestamp.getTime()]),
    );
  }
}

/** @param {IDBDatabase} database */
function createFiles(database) {
  // IDBFS's own index, so that it can read what we write.
  database.createObjectStore(kFiles).createIndex(kTimestampIndex, kTimestampIndex);
}

/**
 * @param {(callback: Callback) => void} call  Calls back before it returns.
 * @returns {any}
 */
function resultOf(call) {
  /** @type {{error: unknown, result?: any}[]} */
  const answers = [];
  call((error, result) => answers.push({ error, result }));
  const [{ error, result }] = answers;
  if (error) throw error;
  return result;
}
