/**
 * What a scope has in storage, by name, and how all of it is deleted. Pages
 * delete what no worker can: the worker of a registration that is gone.
 */

const kPrefix = 'background-fetch-polyfill:';

const kReservePrefix = 'background-fetch-reserve:';

/** IDBFS names databases after the folder that they hold. */
const kJournalPrefix = '/background-fetch/';

const kPrefixPattern = /^(background-fetch-(polyfill|reserve):|\/background-fetch\/)/;

/** @param {string} scope */
export function lockName(scope) {
  return kPrefix + scope;
}

/** Databases and locks have names of their own: these are the same. */
export const bodyStoreName = lockName;

/** @param {string} scope */
export function reserveName(scope) {
  return kReservePrefix + scope;
}

/**
 * Where the journal of a scope lies, and the name of the database behind it.
 *
 * @param {string} scope
 */
export function journalPath(scope) {
  return kJournalPrefix + encodeURIComponent(scope);
}

/**
 * @param {string} database  Any name.
 * @returns {string} The scope that it belongs to; '' when it is not ours.
 */
export function scopeOf(database) {
  const [prefix = ''] = kPrefixPattern.exec(database) ?? [];
  const rest = database.slice(prefix.length);
  try {
    return prefix && (prefix === kJournalPrefix ? decodeURIComponent(rest) : rest);
  } catch {
    return '';
  }
}

/** @returns {Promise<Set<string> | null>} Scopes that have databases; null: nobody can tell. */
export async function storedScopes() {
  if (!indexedDB.databases) return null;
  const databases = await indexedDB.databases();
  const scopes = new Set(databases.map(({ name }) => scopeOf(name ?? '')));
  scopes.delete('');
  return scopes;
}

/**
 * Deletes all that is stored for a scope whose registration is gone. Its worker
 * may still run: it loses the lock and writes no more.
 *
 * @param {string} scope
 * @returns {Promise<void>}
 */
export async function clearScope(scope) {
  await navigator.locks.request(lockName(scope), { steal: true }, () => deleteStorage(scope));
}

/**
 * The same, but nothing of a scope that somebody works in, or whose
 * registration may have been made meanwhile.
 *
 * @param {string} scope
 * @param {() => Promise<boolean>} isOwned
 * @returns {Promise<void>}
 */
export async function clearUnowned(scope, isOwned) {
  await navigator.locks.request(lockName(scope), { ifAvailable: true }, async (lock) => {
    if (lock && !(await isOwned())) await deleteStorage(scope);
  });
}

/** @param {string} scope */
async function deleteStorage(scope) {
  const names = [journalPath(scope), bodyStoreName(scope), reserveName(scope)];
  await Promise.all(names.map(deleteDatabase));
}

/**
 * @param {string} name  Need not exist.
 * @returns {Promise<void>} Resolves when whoever opens it finds it empty.
 */
export function deleteDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    // A connection that does not close, say a stopped worker's, may hold it up
    // for ever; but who opens it from now on waits until it is deleted.
    request.onsuccess = request.onblocked = () => resolve();
    request.onerror = () => reject(request.error);
  });
}
