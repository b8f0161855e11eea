/**
 * Questions: the answers to those of js/shared/messages.js, whoever asks.
 */

import { makeError, toError, toShape } from '../shared/errors.js';
import { kMessageVersion, kNextAnswerMs } from '../shared/messages.js';
import { now } from './clock.js';
import { StorageError } from './database.js';
import { requireFetchable } from './fetchable.js';
import { storageRoom } from './storage-room.js';

/** @typedef {import('../../bindings/engine.js').Engine} Engine */
/** @typedef {import('../../bindings/engine.js').RecordState} RecordState */
/** @typedef {import('../shared/messages.js').Hello} Hello */
/** @typedef {import('../shared/messages.js').MatchedRecord} MatchedRecord */
/** @typedef {import('../shared/messages.js').Questions} QuestionTypes */
/** @typedef {import('../shared/messages.js').RecordResponse} RecordResponse */
/** @typedef {import('../shared/messages.js').Snapshot} Snapshot */
/** @typedef {import('../shared/messages.js').StoredBytes} StoredBytes */
/** @typedef {import('./body-store.js').BodyStore} BodyStore */
/** @typedef {import('./host.js').Host} Host */
/** @typedef {import('./news-desk.js').NewsDesk} NewsDesk */
/** @typedef {import('./session.js').TokenEvent} TokenEvent */

/**
 * @template {keyof QuestionTypes} Name
 * @typedef {(fields: QuestionTypes[Name]['ask'], client: string) =>
 *   Promise<QuestionTypes[Name]['answer']>} Answerer
 */

/**
 * What one answer brings of a body that is under way: small chunks are buffers,
 * which are in memory from then on.
 */
const kReadBytesMax = 8 * 1024 * 1024;

/**
 * They describe one transfer, not the stored body: that is whole and decoded,
 * and a reader who believed them would cut it or decode it again.
 */
const kTransferHeaders = ['content-range', 'content-length', 'content-encoding'];

export class Questions {
  #host;
  #store;
  #newsDesk;
  #tellWorkBegan;
  #dispatchClick;
  /** One for each life of the worker: its questions die with it, whatever becomes of engines. */
  #epoch = crypto.randomUUID();
  /** @type {Map<string, Promise<Snapshot>>} Fetches being stored, by uid. */
  #registering = new Map();

  /** @type {{[Name in keyof QuestionTypes]: Answerer<Name>}} */
  #answerers = {
    hello: () => this.#hello(),
    checkId: ({ id }) => this.#checkId(id),
    fetch: async (fields, client) => this.#toldTo(client, await this.#fetch(fields)),
    get: async ({ id }, client) => this.#toldTo(client, await this.#get(id)),
    getIds: () => this.#getIds(),
    abort: ({ uid, repeated = false }) =>
      this.#request((token, engine, now) => engine.abort(token, uid, repeated, now)),
    pause: ({ uid, paused }) =>
      this.#request((token, engine, now) => engine.setPaused(token, uid, paused, now)),
    release: ({ uid, record }) =>
      this.#request((token, engine, now) => engine.release(token, uid, record, now)),
    click: ({ snapshot }) => this.#click(snapshot),
    match: (fields) => this.#match(fields),
    responses: (fields) => this.#responses(fields),
    read: (fields) => this.#read(fields),
    next: (fields, client) => this.#newsDesk.next(client, fields),
    trace: async () => this.#host.trace.entries,
    last: () => this.#last(),
  };

  /**
   * @param {object} parts
   * @param {Host} parts.host
   * @param {BodyStore} parts.store
   * @param {NewsDesk} parts.newsDesk
   * @param {() => void} parts.tellWorkBegan
   * @param {(snapshot: Snapshot) => Promise<unknown>} parts.dispatchClick  Resolves when
   *   the lifetime of the event has ended.
   */
  constructor({ host, store, newsDesk, tellWorkBegan, dispatchClick }) {
    this.#host = host;
    this.#store = store;
    this.#newsDesk = newsDesk;
    this.#tellWorkBegan = tellWorkBegan;
    this.#dispatchClick = dispatchClick;
  }

  /**
   * @template {keyof QuestionTypes} Name
   * @param {Name} name
   * @param {QuestionTypes[Name]['ask']} fields
   * @param {string} client  The id of the client that asks.
   * @returns {Promise<QuestionTypes[Name]['answer']>} Rejects with what the app is to see.
   */
  async answer(name, fields, client) {
    if (!Object.hasOwn(this.#answerers, name)) {
      throw makeError('TypeError', `The service worker does not know the question "${name}".`);
    }
    return this.#host.use(() => this.#answerers[name](fields, client));
  }

  /**
   * How long a question goes on holding the worker after its answer. A page that
   * watches asks again at once. One that is closed cannot even say so (Chromium
   * drops what it sends from then on): its last `next` takes the place of `last`.
   *
   * @param {string} name
   * @returns {Promise<void>}
   */
  async held(name) {
    if (name === 'next') await this.#newsDesk.last();
  }

  /** @returns {Promise<Hello>} */
  async #hello() {
    const working = await this.#host.wake();
    return { version: kMessageVersion, working, epoch: this.#epoch };
  }

  /** @param {string} id */
  async #checkId(id) {
    const error = await this.#query((engine) => engine.checkId(id));
    if (error) throw toError(error);
    return null;
  }

  /** @param {QuestionTypes['fetch']['ask']} fields */
  async #fetch(fields) {
    for (const { info } of fields.requests) requireFetchable(info.url);
    const session = await this.#host.ready();
    const { uid } = fields;
    const known = session.query((engine) => engine.snapshot(uid));
    if (known) return known;
    // Asked twice: the first answer was lost, or is not there yet.
    let registering = this.#registering.get(uid);
    if (!registering) {
      registering = this.#register(fields).finally(() => this.#registering.delete(uid));
      this.#registering.set(uid, registering);
    }
    return registering;
  }

  /**
   * @param {QuestionTypes['fetch']['ask']} fields
   * @returns {Promise<Snapshot>}
   */
  async #register({ uid, options, requests }) {
    if (!(await this.#host.hasRoom())) {
      throw makeError('QuotaExceededError', 'There is no room for another fetch.');
    }
    await this.#storeBodies(uid, requests.map(({ body }) => body));
    const room = await storageRoom();
    const session = await this.#host.ready();
    const isFirst = session.query((engine) => !engine.isWorking());
    const infos = requests.map(({ info }) => info);
    const snapshot = await session
      .request((token, engine, now) => engine.register(token, uid, options, infos, room, now), true)
      .catch((error) => this.#unlessRegistered(uid, error));
    // Later all pages know: they were told, or have said hello since.
    if (isFirst) this.#tellWorkBegan();
    return snapshot;
  }

  /**
   * @param {string} uid
   * @param {(Blob | null)[]} bodies
   */
  async #storeBodies(uid, bodies) {
    try {
      await this.#store.putBodies(uid, bodies);
    } catch (error) {
      // Some of them may have been stored, or parts.
      await this.#store.deleteFetch(uid).catch(() => {});
      if (!(error instanceof StorageError) || !error.isQuota) throw error;
      throw makeError('QuotaExceededError', 'There is no room for the bodies of the requests.');
    }
  }

  /**
   * An engine that failed before it answered may have made the fetch durable.
   *
   * @param {string} uid
   * @param {unknown} error  Thrown again when it has not.
   * @returns {Promise<Snapshot>}
   */
  async #unlessRegistered(uid, error) {
    const session = await this.#host.ready();
    const snapshot = session.query((engine) => engine.snapshot(uid));
    if (snapshot) return snapshot;
    await this.#store.deleteFetch(uid);
    throw error;
  }

  /**
   * @template {Snapshot | null} Told
   * @param {string} client
   * @param {Told} snapshot
   */
  #toldTo(client, snapshot) {
    if (snapshot) this.#newsDesk.expect(client);
    return snapshot;
  }

  /**
   * @param {string} id
   * @returns {Promise<Snapshot | null>}
   */
  #get(id) {
    return this.#query((engine) => {
      const uid = engine.activeUid(id);
      return uid === '' ? null : engine.snapshot(uid);
    });
  }

  async #getIds() {
    return (await this.#query((engine) => engine.activeIds())) ?? [];
  }

  /**
   * @param {TokenEvent} event  Changes an active fetch.
   * @returns {Promise<boolean>} False where nothing is stored.
   */
  async #request(event) {
    const session = await this.#host.readyIfAny();
    return session !== null && session.request(event);
  }

  /** @param {Snapshot} shown */
  async #click(shown) {
    const known = await this.#query((engine) => engine.snapshot(shown.uid));
    await this.#dispatchClick(known ?? { ...shown, recordsAvailable: false });
    return null;
  }

  /**
   * @template Result
   * @param {(engine: Engine) => Result} question
   * @returns {Promise<Result | null>} Null where nothing is stored.
   */
  async #query(question) {
    const session = await this.#host.readyIfAny();
    return session && session.query(question);
  }

  /**
   * @param {QuestionTypes['match']['ask']} fields
   * @returns {Promise<MatchedRecord[]>}
   */
  async #match({ uid, query }) {
    const matched = await this.#query(
      (engine) =>
        engine.snapshot(uid)?.recordsAvailable &&
        engine.match(uid, query).map((record) => ({ record, info: engine.request(uid, record) })),
    );
    if (!matched) throw makeGoneError('InvalidStateError');
    return Promise.all(
      matched.map(async ({ record, info }) => ({
        record,
        info,
        body: info.bodyLength > 0 ? await this.#store.body(uid, record) : null,
      })),
    );
  }

  /**
   * @param {QuestionTypes['responses']['ask']} fields
   * @returns {Promise<RecordResponse[]>}
   */
  async #responses({ uid, records }) {
    const states = await this.#query(
      (engine) =>
        // Those who have a record may read its response for as long as it is stored.
        engine.snapshot(uid) && engine.recordStates(uid, records),
    );
    if (!states) throw makeGoneError('AbortError');
    const known = states.filter(({ state }) => state !== 'pending');
    const wanted = known.filter((each) => !errorOf(each)).map(toWanted);
    const stored = await this.#store.responses(uid, wanted);
    const responses = known.map((each) =>
      errorOf(each) ? toResponse(each) : toResponse(each, stored.shift()),
    );
    // One that started over meanwhile will have another head.
    return responses.filter(({ head, error }) => head || error);
  }

  /**
   * @param {QuestionTypes['read']['ask']} fields
   * @returns {Promise<StoredBytes>}
   */
  async #read({ uid, record, generation, offset }) {
    const until = now() + kNextAnswerMs;
    const owner = { uid, record, generation };
    for (let isLost = false; ; ) {
      const state = await this.#stateToRead(uid, record);
      if (state.generation !== generation) {
        return { generation: state.generation, body: null, isEnd: false };
      }
      const isEnd = state.state === 'complete';
      if (state.length > offset) {
        const end = isEnd ? state.length : Math.min(state.length, offset + kReadBytesMax);
        const body = await this.#store.part(owner, offset, end).catch(() => null);
        if (body) return { generation, body, isEnd };
        if (isLost) throw makeError('TypeError', 'The browser has lost bytes of a stored body.');
        // Unless it starts over, which the engine knows first.
        isLost = true;
      } else if (isEnd || now() >= until) {
        return { generation, body: null, isEnd };
      } else {
        await this.#newsDesk.announcement(until);
      }
    }
  }

  /**
   * Also when the records are gone for the app: those who read, read on for as
   * long as there are bytes.
   *
   * @param {string} uid
   * @param {number} record
   * @returns {Promise<RecordState>} Rejects when there is nothing more to read.
   */
  async #stateToRead(uid, record) {
    const states = await this.#query(
      (engine) => engine.snapshot(uid) && engine.recordStates(uid, [record]),
    );
    if (!states) throw makeGoneError('AbortError');
    const [state] = states;
    const error = errorOf(state);
    if (error) throw toError(error);
    // It started over, and the head that the reader has seen is not true any more.
    if (state.state === 'bad-status') throw toError(kFailed);
    return state;
  }

  async #last() {
    await this.#newsDesk.last();
    return null;
  }
}

const kTransferred = { name: 'InvalidStateError', message: 'The record was transferred.' };
const kFailed = { name: 'TypeError', message: 'The fetch failed.' };

/**
 * @param {RecordState} state
 * @returns {import('../shared/messages.js').ErrorShape | null} Why there will be no response.
 */
function errorOf({ state }) {
  if (state === 'aborted') return { name: 'AbortError', message: 'The fetch was aborted.' };
  if (state === 'transferred') return kTransferred;
  return state === 'failed' ? kFailed : null;
}

/**
 * @param {RecordState} known
 * @returns {import('./body-store.js').Wanted}
 */
function toWanted({ record, generation, state, length }) {
  return { record, generation, bodyBytes: state === 'complete' ? length : null };
}

/**
 * @param {RecordState} known
 * @param {import('./body-store.js').Stored | Error} [stored]
 * @returns {RecordResponse} With neither head nor error: not any more.
 */
function toResponse(known, stored) {
  const isOpen = known.state === 'open';
  const response = {
    record: known.record,
    head: null,
    body: null,
    openGeneration: isOpen ? known.generation : null,
    total: known.total,
    error: errorOf(known),
  };
  if (!stored) return response;
  if (!(stored instanceof Error)) return { ...response, ...stored, head: shownHead(stored.head) };
  // Bytes that the browser has lost: one record's trouble, not all records'.
  return isOpen ? response : { ...response, error: { ...toShape(stored), name: 'TypeError' } };
}

/** @param {import('../shared/messages.js').ResponseHead} head */
function shownHead(head) {
  const headers = head.headers.filter(([name]) => !kTransferHeaders.includes(name));
  return { ...head, headers };
}

/** @param {string} name */
function makeGoneError(name) {
  return makeError(name, 'The records of this background fetch are gone.');
}
