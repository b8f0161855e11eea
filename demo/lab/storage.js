// What the polyfill has stored, read as anybody can who has the devtools open.
// Its databases are its own: an app would not look.

const kScope = new URL('./', location.href).href;
const kBodies = `background-fetch-polyfill:${kScope}`;
const kJournal = `/background-fetch/${encodeURIComponent(kScope)}`;

/** @typedef {{begin: number, end: number}} Bytes */

/**
 * @template Value
 * @param {string} name
 * @param {string} storeName
 * @param {(store: IDBObjectStore) => IDBRequest<Value>} ask
 * @returns {Promise<Value | undefined>} undefined: there is no such database.
 */
async function read(name, storeName, ask) {
  // To open what is not there would make it.
  if (!(await indexedDB.databases()).some((each) => each.name === name)) return undefined;
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const database = opening.result;
      try {
        const request = ask(database.transaction(storeName).objectStore(storeName));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      } catch (error) {
        // It was closed while it was handed to us.
        reject(error);
      } finally {
        // When the transaction has ended. An open one would block who deletes it.
        database.close();
      }
    };
  });
}

/**
 * The keys of the chunks say which bytes of which body are there; small bodies that came
 * together are in packs, whose heads say so.
 *
 * @param {string} name  in the URL of the body
 * @returns {Promise<Bytes[]>} In order; those that touch are one.
 */
export async function readStored(name) {
  const heads = (await read(kBodies, 'heads', (store) => store.getAll())) ?? [];
  const headKeys = (await read(kBodies, 'heads', (store) => store.getAllKeys())) ?? [];
  const chunkKeys = (await read(kBodies, 'chunks', (store) => store.getAllKeys())) ?? [];
  const packs = (await read(kBodies, 'packHeads', (store) => store.getAll())) ?? [];
  const isWanted = (/** @type {any} */ head) => head?.url.includes(`/bytes/${name}?`);
  const owners = new Set(headKeys.filter((_, index) => isWanted(heads[index])).map(String));
  /** @type {Bytes[]} */
  const ranges = packs.flat().filter(({ head }) => isWanted(head))
    .map(({ begin, end }) => ({ begin: 0, end: end - begin }));
  for (const key of /** @type {any[][]} */ (chunkKeys)) {
    const [begin, end] = key.slice(3);
    if (!owners.has(String(key.slice(0, 3)))) continue;
    const last = ranges.at(-1);
    if (last && begin <= last.end) last.end = Math.max(last.end, end);
    else ranges.push({ begin, end });
  }
  return ranges;
}

/** @returns {Promise<{name: string, bytes: Uint8Array}[]>} The files of the journal. */
export async function readJournal() {
  const names = (await read(kJournal, 'FILE_DATA', (store) => store.getAllKeys())) ?? [];
  const files = (await read(kJournal, 'FILE_DATA', (store) => store.getAll())) ?? [];
  return names.flatMap((name, index) => {
    const bytes = files[index]?.contents;
    return bytes ? [{ name: String(name).slice(kJournal.length + 1), bytes }] : [];
  });
}
