// A channel whose answers the test gives, and plain snapshots.

/** @typedef {import('../../js/shared/channel.js').Channel} Channel */
/** @typedef {import('../../js/shared/messages.js').Snapshot} Snapshot */
/** @typedef {import('../../js/shared/messages.js').MatchedRecord} MatchedRecord */
/** @typedef {import('../../js/shared/messages.js').RecordResponse} RecordResponse */

/**
 * @param {Partial<Snapshot>} [changes]
 * @returns {Snapshot}
 */
export function makeSnapshot(changes = {}) {
  return {
    uid: 'uid-1',
    id: 'film',
    title: '',
    icons: [],
    uploadTotal: 0,
    uploaded: 0,
    downloadTotal: 1000,
    downloaded: 0,
    result: '',
    failureReason: '',
    recordsAvailable: true,
    active: true,
    paused: false,
    answers: 0,
    ...changes,
  };
}

/**
 * @param {number} record
 * @returns {MatchedRecord}
 */
export function makeMatched(record) {
  return {
    record,
    info: {
      url: `https://example.test/${record}`,
      method: 'GET',
      headers: [],
      mode: 'cors',
      credentials: 'same-origin',
      cache: 'default',
      redirect: 'follow',
      referrer: 'about:client',
      referrerPolicy: '',
      integrity: '',
      bodyLength: 0,
    },
    body: null,
  };
}

/**
 * @param {number} record
 * @param {string} text
 * @returns {RecordResponse}
 */
export function makeSettled(record, text) {
  return {
    record,
    head: {
      status: 200,
      statusText: 'OK',
      headers: [['content-type', 'text/plain']],
      url: `https://example.test/${record}`,
      type: 'basic',
      redirected: false,
    },
    body: new Blob([text]),
    openGeneration: null,
    total: text.length,
    error: null,
  };
}

/** @implements {Channel} */
export class FakeChannel {
  /** Every question so far. @type {{name: string, fields: any}[]} */
  questions = [];
  /** By question: a function of the fields that returns or throws. @type {Record<string, any>} */
  answers = {};
  /** @type {any} */
  #listener;
  /** @type {any} */
  #uids;

  /** @param {any} name @param {any} fields @returns {Promise<any>} */
  async ask(name, fields) {
    this.questions.push({ name, fields });
    return this.answers[name](fields);
  }

  /** @param {any} listener */
  watch(listener) {
    this.#listener = listener;
  }

  /** @param {any} uids */
  keepWatching(uids) {
    this.#uids = uids;
  }

  /** @param {{changes?: Snapshot[], gone?: string[], isSilent?: boolean}} news */
  tell({ changes = [], gone = [], isSilent }) {
    this.#listener({ changes, gone, isSilent });
  }

  /** @returns {string[]} */
  watchedUids() {
    return this.#uids();
  }

  /** @param {string} name */
  asked(name) {
    return this.questions.filter((question) => question.name === name);
  }
}
