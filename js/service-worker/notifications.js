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

export class Notifications {
  #worker;
  #host;
  #questions;
  #presenter;
  #sequence = 0;
  #isSet = false;
  #nextAt = 0;
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
    host.watch(() => {
      // Later announcements change what is shown, not when.
      if (!this.#isSet) this.#alarm.set(this.#nextAt);
      this.#isSet = true;
    });
  }

  /**
   * @param {Snapshot} snapshot  Of a fetch whose last event is over.
   * @param {{title?: string, icons?: Snapshot['icons']}} [update]  Of updateUI().
   */
  async end(snapshot, update) {
    const shown = this.#presenter.end(snapshot, update);
    // Of what was short, or not to be seen, there is nothing to be changed.
    const open = await this.#openOf(snapshot.uid);
    if (open.length > 0 && shown) await this.#show(shown);
    else for (const notification of open) notification.close();
  }

  #look() {
    this.#isSet = false;
    this.#nextAt = now() + kLookMs;
    const changes = this.#host.session?.query((engine) => {
      // An engine that is made anew counts anew.
      const since = Math.min(this.#sequence, engine.sequence());
      this.#sequence = engine.sequence();
      return engine.changesSince(since);
    });
    for (const snapshot of changes ?? []) if (snapshot.active) this.#showProgress(snapshot);
  }

  /** @param {Snapshot} snapshot */
  async #showProgress(snapshot) {
    const shown = this.#presenter.progress(snapshot, now());
    if (shown) await this.#show(shown);
  }

  /** @param {Shown} shown */
  async #show({ title, options }) {
    const { Notification, registration } = /** @type {any} */ (this.#worker);
    if (Notification?.permission !== 'granted') return;
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
      if (current?.active) await this.#showProgress(current);
    }
  }
}
