/**
 * Notifications of background fetches, where the user has already allowed the
 * app to show some. Nobody is asked.
 */

import { Alarm, now } from './clock.js';
import { Presenter, kNotificationTexts, kTagPrefix } from './presenter.js';

/** @typedef {import('../shared/messages.js').Snapshot} Snapshot */
/** @typedef {import('./host.js').Host} Host */
/** @typedef {import('./presenter.js').Shown} Shown */
/** @typedef {import('./questions.js').Questions} Questions */

/** Looked at so often, at most; the presenter is calmer. */
const kLookMs = 1_000;

/** The fetch does not wait for a service of notifications that hangs. */
const kEndMsMax = 5_000;

export class Notifications {
  #worker;
  #host;
  #questions;
  #presenter;
  #sequence = 0;
  #isSet = false;
  #nextAt = 0;
  /** @type {Promise<void>} Settles when what is under way has been shown. */
  #last = Promise.resolve();
  #alarm = new Alarm(() => this.#look());

  /**
   * @param {object} parts
   * @param {ServiceWorkerGlobalScope} parts.worker  Listeners that the app adds later do not
   *   see what comes of our notifications; in Chromium earlier ones do.
   * @param {Host} parts.host
   * @param {Questions} parts.questions
   * @param {(work: Promise<unknown>) => Promise<void>} parts.lifetimeOf
   * @param {Partial<typeof kNotificationTexts>} parts.texts
   */
  constructor({ worker, host, questions, lifetimeOf, texts }) {
    this.#worker = worker;
    this.#host = host;
    this.#questions = questions;
    this.#presenter = new Presenter({ ...kNotificationTexts, ...texts });
    for (const type of /** @type {const} */ (['notificationclick', 'notificationclose'])) {
      const listener = (/** @type {NotificationEvent} */ event) => {
        const { notification, action } = event;
        if (!notification.tag.startsWith(kTagPrefix)) return;
        event.stopImmediatePropagation();
        const answered = type === 'notificationclick'
          ? this.#answer(notification, action)
          : this.#presenter.dismiss(notification.data.uid);
        event.waitUntil(lifetimeOf(Promise.resolve(answered)));
      };
      worker.addEventListener(type, listener, true);
    }
    // Later announcements change what is shown, not when.
    host.watch(() => this.#isSet || this.#lookAt(this.#nextAt));
  }

  /**
   * @param {Snapshot} snapshot  Of a fetch whose last event is over.
   * @param {{title?: string, icons?: Snapshot['icons']}} [update]  Of updateUI().
   */
  end(snapshot, update) {
    const shown = this.#presenter.end(snapshot, update);
    if (!this.#isPermitted()) return;
    const ended = this.#inTurn(async () => {
      // Of what was short, or not to be seen, there is nothing to be changed.
      const open = await this.#openOf(snapshot.uid);
      if (open.length > 0 && shown) await this.#show(shown);
      else for (const notification of open) notification.close();
    });
    return Promise.race([ended, new Promise((resolve) => setTimeout(resolve, kEndMsMax))]);
  }

  #isPermitted() {
    return /** @type {any} */ (this.#worker).Notification?.permission === 'granted';
  }

  /** @param {number} time */
  #lookAt(time) {
    this.#isSet = true;
    this.#alarm.set(time);
  }

  #look() {
    this.#isSet = false;
    this.#nextAt = now() + kLookMs;
    const sequence = this.#sequence;
    let dueAt = Infinity;
    const changes = this.#host.session?.query((engine) => {
      // An engine that is made anew counts anew.
      const since = Math.min(sequence, engine.sequence());
      this.#sequence = engine.sequence();
      return engine.changesSince(since);
    });
    for (const snapshot of changes ?? []) {
      if (snapshot.active) dueAt = Math.min(dueAt, this.#showProgress(snapshot));
    }
    if (dueAt === Infinity) return;
    // It may be the last news for long: it is looked at again.
    this.#sequence = Math.min(sequence, this.#sequence);
    this.#lookAt(Math.max(dueAt, this.#nextAt));
  }

  /** @param {Snapshot} snapshot @returns {number} When there may be more to show of it. */
  #showProgress(snapshot) {
    const shown = this.#presenter.progress(snapshot, now());
    if (typeof shown === 'number') return shown;
    this.#inTurn(() => this.#show(shown));
    return Infinity;
  }

  /**
   * What is shown takes a time of its own, and its end must find it.
   *
   * @param {() => Promise<void>} work
   */
  #inTurn(work) {
    this.#last = this.#last.then(work).catch(() => {});
    return this.#last;
  }

  /** @param {Shown} shown */
  async #show({ title, options }) {
    const { registration } = /** @type {any} */ (this.#worker);
    if (!this.#isPermitted()) return;
    // Taken back since, or no room for more: the fetch goes on unseen.
    await registration.showNotification?.(title, options).catch(() => {});
  }

  /** @param {string} uid @returns {Promise<Notification[]>} */
  async #openOf(uid) {
    const { registration } = this.#worker;
    return (await registration.getNotifications?.({ tag: kTagPrefix + uid }).catch(() => [])) ?? [];
  }

  /** @param {Notification} notification @param {string} action */
  async #answer(notification, action) {
    /** @type {Snapshot} */
    const snapshot = notification.data;
    const { uid } = snapshot;
    if (action === 'cancel') {
      await this.#questions.answer('abort', { uid }, '');
    } else if (action === '') {
      if (snapshot.result !== '') notification.close();
      await this.#questions.answer('click', { snapshot }, '');
    } else {
      await this.#questions.answer('pause', { uid, paused: action === 'pause' }, '');
      this.#presenter.hurry(uid);
      const current = this.#host.session?.query((engine) => engine.snapshot(uid));
      if (current?.active) this.#showProgress(current);
      await this.#last;
    }
  }
}
