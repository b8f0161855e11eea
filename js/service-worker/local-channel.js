/**
 * The worker's own channel: what `self.registration.backgroundFetch` asks is
 * answered without a message.
 */

import { makeError } from '../shared/errors.js';

/** @typedef {import('../shared/channel.js').Channel} Channel */
/** @typedef {import('../shared/channel.js').ChannelNews} ChannelNews */
/** @typedef {import('../shared/messages.js').Questions} QuestionTypes */
/** @typedef {import('./host.js').Host} Host */
/** @typedef {import('./questions.js').Questions} Questions */
/** @typedef {import('./session.js').Session} Session */

/** No client has this id. */
const kOwnId = '';

/** What only fetch() asks. */
const kFetchQuestions = ['checkId', 'fetch'];

/** @implements {Channel} */
export class LocalChannel {
  #host;
  #questions;
  #allowFetch;
  /** @type {() => string[]} */
  #uids = () => [];
  /** What the listener has heard. */
  #epoch = '';
  #sequence = 0;

  /**
   * @param {Host} host
   * @param {Questions} questions
   * @param {boolean} allowFetch
   */
  constructor(host, questions, allowFetch) {
    this.#host = host;
    this.#questions = questions;
    this.#allowFetch = allowFetch;
  }

  /**
   * @template {keyof QuestionTypes} Name
   * @param {Name} name
   * @param {QuestionTypes[Name]['ask']} fields
   * @returns {Promise<QuestionTypes[Name]['answer']>}
   */
  async ask(name, fields) {
    if (kFetchQuestions.includes(name) && !this.#allowFetch) {
      throw makeError('NotAllowedError', 'A service worker may not start background fetches.');
    }
    return this.#questions.answer(name, fields, kOwnId);
  }

  /** @param {(news: ChannelNews) => void} listener */
  watch(listener) {
    // At once, and so before an event that the same announcement brings.
    this.#host.watch(() => listener(this.#news()));
  }

  /** @param {() => string[]} uids */
  keepWatching(uids) {
    this.#uids = uids;
  }

  /** @returns {ChannelNews} */
  #news() {
    const { epoch, session } = this.#host;
    const since = epoch === this.#epoch ? this.#sequence : 0;
    return /** @type {Session} */ (session).query((engine) => {
      this.#epoch = epoch;
      this.#sequence = engine.sequence();
      return {
        changes: engine.changesSince(since),
        gone: this.#uids().filter((uid) => engine.snapshot(uid) === null),
      };
    });
  }
}
