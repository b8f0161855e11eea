// The canaries: what is wrong, where, and how to make it so. `find` occurs
// exactly once in its file of js/service-worker. The rare ones take more than
// fifty seeds.

/** @type {import('./worker-program.mjs').Canary[]} */
export const kCanaries = [
  {
    name: 'the journal is not synced before the answer',
    file: 'session.js',
    find: 'await (isRefusable ? sync() : this.#reserve.lendTo(sync));',
    replace: 'sync().catch(() => {});',
  },
  {
    name: 'a chunk is reported before its transaction is complete',
    file: 'chunk-writer.js',
    find: 'await this.#store.put(chunk);',
    replace: 'this.#store.put(chunk).catch(() => {});',
  },
  {
    name: 'an event is acknowledged before its waitUntil() has ended',
    file: 'session.js',
    find: 'const wasHeld = await this.#observer.deliver(uid, event);',
    replace: 'const wasHeld = true; this.#observer.deliver(uid, event);',
  },
  {
    name: 'an aborted transaction is taken for a complete one',
    file: 'database.js',
    find: 'transaction.onabort = () => reject(new StorageError(transaction.error));',
    replace: 'transaction.onabort = () => resolve(result);',
  },
  {
    name: 'a piece that the store refused is forgotten',
    isRare: true,
    file: 'chunk-writer.js',
    find: 'this.#failure ??= { error };',
    replace: '',
  },
  {
    name: 'a worker without the lock goes on storing',
    file: 'host.js',
    find: 'this.#store.fence();',
    replace: '',
  },
  {
    name: 'a worker does not wait for the lock',
    file: 'host.js',
    find: 'await lock.catch(',
    replace: 'lock.catch(',
  },
  {
    name: 'a head is not stored with its first chunk',
    file: 'body-store.js',
    find: 'if (head) transaction.objectStore(kHeads).put(head, key);',
    replace: '',
  },
  {
    name: 'the heads of a pack are not stored with it',
    file: 'packs.js',
    find: 'transaction.objectStore(kPackHeads).add(heads, key);',
    replace: '',
  },
  {
    name: 'of a pack always the first body is read',
    file: 'packs.js',
    find: '.bodies.result[at]',
    replace: '.bodies.result[0]',
  },
  {
    name: 'chunks whose file is broken are believed',
    file: 'host.js',
    find: 'await this.#store.deleteBroken();',
    replace: '',
  },
  {
    name: 'a file that was cut is believed',
    file: 'stored-body.js',
    find: 'return (await data.slice(-1).arrayBuffer()).byteLength === 1;',
    replace: 'await data.slice(-1).arrayBuffer(); return true;',
  },
  {
    name: 'request bodies that belong to nobody stay',
    isRare: true,
    file: 'host.js',
    find: 'await this.#deleteUnownedBodies(core);',
    replace: '',
  },
  {
    name: 'a fetch that is asked for twice is registered twice',
    file: 'questions.js',
    find: 'if (known) return known;',
    replace: '',
  },
  {
    name: 'a new registration keeps what the old one left',
    file: 'fresh-start.js',
    find: 'event.waitUntil(clearScope(scope).catch(() => {}));',
    replace: '',
  },
  {
    name: 'an answer that cannot be cloned is not sent',
    file: 'messaging.js',
    find: 'port.postMessage({ ok: false, error: toShape(error) });',
    replace: '',
  },
  {
    name: 'a file of the journal is not written again when it has grown',
    file: 'journal-folder.js',
    find: '([path, time]) => this.#stored.get(path) !== time',
    replace: '([path]) => !this.#stored.has(path)',
  },
  {
    name: 'what the store refused to delete loses its mark',
    file: 'host.js',
    find: 'if (isEmpty) await',
    replace: 'await',
  },
  {
    name: 'an engine whose storage was lost is asked for news',
    file: 'host.js',
    find: 'if (session !== this.session) return;\n          for',
    replace: 'for',
  },
  {
    name: 'events stay open while a newer worker waits',
    file: 'succession.js',
    find: 'for (const end of this.#open) end();',
    replace: ';',
  },
  {
    name: 'a start does not tell of the chunks that are stored',
    file: 'host.js',
    find: 'await this.#store.eachChunk(',
    replace: 'void (',
  },
  {
    name: 'a stream is stored when it has ended',
    file: 'body-pieces.js',
    find: 'if (bytes < pieceBytes && (bytes < pieceBytesMin || now() < dueAt)) break;',
    replace: 'break;',
  },
  {
    name: 'our own ranges go through the HTTP cache',
    file: 'network-request.js',
    find: 'toInit(cache ? { ...info, cache } : info, body)',
    replace: 'toInit(info, body)',
  },
  {
    name: 'a request that is cancelled goes on',
    file: 'network-request.js',
    find: 'this.#decide(null);\n    this.#controller.abort();',
    replace: '',
  },
  {
    name: 'a deleted fetch leaves its heads',
    file: 'body-store.js',
    find: 'for (const name of kStores) transaction',
    replace: 'for (const name of [kChunks, kBodies]) transaction',
  },
  {
    name: 'a pause is answered, and nothing is paused',
    file: 'questions.js',
    find: 'engine.setPaused(token, uid, paused, now)',
    replace: 'engine.setPaused(token, uid, false, now)',
  },
  {
    name: 'a body that breaks off is taken for one that ends',
    file: 'body-pieces.js',
    find: 'if (broken) throw /** @type {{error: unknown}} */ (broken).error;',
    replace: '',
  },
];
