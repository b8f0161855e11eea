/**
 * Reserve: room for what has to be stored when there is none.
 *
 * On a full disk WebKit deletes no record, because even that is written down
 * before anything is freed, and no fetch could end. To delete a whole database
 * takes no room, so one is kept to be given up.
 */

import { deleteDatabase, reserveName } from '../shared/scope-storage.js';
import { Database, StorageError, mayExist } from './database.js';

/**
 * In WebKit each of the transactions that end a fetch takes some 50 KiB, until
 * what it deletes is free.
 */
const kReserveBytes = 256 * 1024;

const kVersion = 1;
const kStore = 'reserve';

export class Reserve {
  #name;
  #database;
  /** @type {Promise<void>} Settles when it is not being made or deleted. */
  #changed = Promise.resolve();
  /** There was no room for it when it was last made. */
  #isMissing = false;

  /** @param {string} scope */
  constructor(scope) {
    this.#name = reserveName(scope);
    this.#database = new Database(this.#name, kVersion, (database) =>
      database.createObjectStore(kStore),
    );
  }

  /**
   * @returns {Promise<void>} Resolves when there is one, or no room for it.
   */
  keep() {
    return this.#change(async () => {
      if (!(await mayExist(this.#name))) await this.#make();
    });
  }

  /** @returns {Promise<boolean>} False: what begins now might never end. */
  async isKept() {
    await this.#changed;
    if (this.#isMissing) await this.keep();
    return !this.#isMissing;
  }

  /** @returns {Promise<void>} Resolves when there is none. */
  drop() {
    return this.#change(() => deleteDatabase(this.#name));
  }

  /** Until unfence() none is made: the scope is another worker's. */
  fence() {
    return this.#database.fence();
  }

  unfence() {
    this.#database.unfence();
  }

  /**
   * @template Result
   * @param {() => Promise<Result>} work  Stores little, or deletes. When there is
   *   no room for it, it is done again with the reserve's.
   * @returns {Promise<Result>}
   */
  async lendTo(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StorageError) || !error.isQuota) throw error;
    }
    await this.drop();
    const result = await work();
    // What was deleted may have left room for another.
    this.keep();
    return result;
  }

  async #make() {
    try {
      await this.#database.write((transaction) => {
        transaction.objectStore(kStore).put(new ArrayBuffer(kReserveBytes), 0);
      });
      this.#isMissing = false;
    } catch (error) {
      this.#isMissing = error instanceof StorageError && error.isQuota;
      // An empty one would be taken for one.
      await deleteDatabase(this.#name);
    } finally {
      await this.#database.close();
    }
  }

  /** @param {() => Promise<void>} change  What fails leaves what there was. */
  #change(change) {
    this.#changed = this.#changed.then(change).catch(() => {});
    return this.#changed;
  }
}
