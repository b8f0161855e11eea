/**
 * <background-fetch-tray>: the background fetches of this origin, as a list in
 * the page. It decides nothing about them.
 */

import { installedExtras } from '../shared/extras-key.js';
import { make } from './elements.js';
import { Row, failureOf } from './row.js';
import { Source, click, describe, uidOf } from './source.js';
import { kStyle } from './style.js';
import { fill, kTexts } from './texts.js';

/** @typedef {import('./row.js').State} State */
/** @typedef {import('./source.js').Manager} Manager */
/** @typedef {import('./source.js').Registration} Registration */
/** @typedef {import('./texts.js').Texts} Texts */

/** Numbers that change more often cannot be read. */
const kReadableMs = 1_000;

/** What happens at once is said in one go. */
const kSayAfterMs = 500;

/** A page that is never closed collects no more of what is over. */
const kSettledRowsMax = 50;

// Imported where there are no documents, it does no harm.
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

export class BackgroundFetchTray extends Base {
  static observedAttributes = ['texts'];

  #texts = kTexts;
  #source = new Source(
    (registration, manager) => this.#hear(registration, manager),
    (uid, update) => this.#update(uid, update),
  );
  /** @type {Row[]} In the order shown. */
  #rows = [];
  /** @type {WeakSet<Registration>} Not to be shown again. */
  #dismissed = new WeakSet();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {string[]} To be said. */
  #news = [];
  /** @type {HTMLUListElement} */
  #list;
  #empty;
  #aloud;
  #section;

  constructor() {
    super();
    this.#list = make('ul', 'list');
    // Where its style is none, WebKit takes a list for no list.
    this.#list.setAttribute('role', 'list');
    this.#empty = make('p', 'empty');
    this.#aloud = make('div', 'aloud');
    this.#aloud.setAttribute('role', 'status');
    this.#section = make('section', 'tray', [this.#list, this.#empty, this.#aloud]);
    // For the focus of the last row that goes.
    this.#section.tabIndex = -1;
    const root = this.attachShadow({ mode: 'open' });
    // Neither an inline style nor a file: no content security policy minds.
    const style = new CSSStyleSheet();
    style.replaceSync(kStyle);
    root.adoptedStyleSheets = [style];
    root.append(this.#section);
  }

  connectedCallback() {
    this.#takeEarlyTexts();
    this.#show();
    // Rejects where service workers are forbidden: then there is nothing to show.
    this.#source.open().catch(() => {});
  }

  disconnectedCallback() {
    this.#source.close();
    this.#stopTimer();
    for (const { element } of this.#rows) element.remove();
    this.#rows = [];
  }

  /** @param {string} _name @param {string | null} _before @param {string | null} value */
  attributeChangedCallback(_name, _before, value) {
    this.texts = value ? JSON.parse(value) : {};
  }

  /** Set before the element was defined, they are a property of its own, and hide ours. */
  #takeEarlyTexts() {
    if (!Object.hasOwn(this, 'texts')) return;
    const { texts } = this;
    Reflect.deleteProperty(this, 'texts');
    this.texts = texts;
  }

  /** All of them; those that are set replace the English ones of the same name. */
  get texts() {
    return this.#texts;
  }

  /** @param {Partial<Texts>} texts */
  set texts(texts) {
    this.#texts = { ...kTexts, ...texts };
    this.#show();
  }

  /** Natives tell nobody of a new fetch: for those who will not wait two seconds. */
  refresh() {
    return this.#source.refresh();
  }

  /** @param {Registration} registration @param {Manager} manager */
  #hear(registration, manager) {
    if (this.#dismissed.has(registration)) return;
    let row = this.#rows.find((each) => each.registration === registration);
    const isNew = !row;
    row ??= this.#rowFor(registration, manager);
    if (!row) return;
    const before = row.note(performance.now());
    if (row.state === 'aborted') {
      this.#say('saidCancelled', row);
      return this.#remove(row);
    }
    if (isNew && registration.downloaded === 0 && row.state === 'active') {
      this.#say('saidStarted', row);
    }
    if (isNew || before !== row.state) {
      if (!isNew) this.#sayState(before, row);
      if (row.state === 'failure') this.#offerRetry(row);
      this.#dropOldest();
      this.#show();
    } else {
      row.showBar();
    }
  }

  /** @param {string} uid @param {Row['update']} update */
  #update(uid, update) {
    const row = this.#rows.find((each) => uidOf(each.registration) === uid);
    if (!row) return;
    row.update = update;
    this.#show();
  }

  /**
   * @param {Registration} registration
   * @param {Manager} manager
   * @returns {Row | undefined} None for one that ended before it was seen.
   */
  #rowFor(registration, manager) {
    // A new try takes the place of the last one.
    const settled = this.#rows.find(
      (each) =>
        each.manager === manager &&
        each.registration.id === registration.id &&
        each.registration.result !== '',
    );
    if (settled) {
      settled.begin(registration);
      return settled;
    }
    if (registration.failureReason === 'aborted') return undefined;
    const row = new Row(registration, manager, {
      click: (each) => this.#click(each),
      pause: (each) => this.#pause(each),
      cancel: (each) => attempt(each.registration.abort()),
      retry: (each) => this.#retry(each),
      dismiss: (each) => {
        this.#dismissed.add(each.registration);
        this.#remove(each);
      },
    });
    this.#rows.push(row);
    this.#list.append(row.element);
    return row;
  }

  #dropOldest() {
    const settled = this.#rows.filter(({ registration }) => registration.result !== '');
    if (settled.length > kSettledRowsMax) this.#remove(settled[0]);
  }

  /** @param {Row} row */
  #remove(row) {
    const index = this.#rows.indexOf(row);
    const hadFocus = row.element.contains(this.shadowRoot?.activeElement ?? null);
    this.#rows.splice(index, 1);
    row.element.remove();
    this.#show();
    if (!hadFocus) return;
    const neighbour = this.#rows[index] ?? this.#rows[index - 1];
    if (neighbour) neighbour.refocus();
    else this.#section.focus();
  }

  #show() {
    const { language } = this;
    this.#section.setAttribute('role', 'region');
    this.#section.setAttribute('aria-label', this.#texts.label);
    this.#empty.textContent = this.#texts.empty;
    this.#empty.hidden = this.#rows.length > 0;
    this.#list.hidden = this.#rows.length === 0;
    const now = performance.now();
    for (const row of this.#rows) {
      const focused = this.shadowRoot?.activeElement;
      row.show(this.#texts, language, now);
      if (focused instanceof HTMLElement && focused.hidden && row.element.contains(focused)) {
        row.refocus();
      }
    }
    if (this.#rows.some(({ state }) => state === 'active')) {
      this.#timer ??= setInterval(() => this.#show(), kReadableMs);
    } else {
      this.#stopTimer();
    }
  }

  #stopTimer() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Of the text around it. */
  get language() {
    return this.closest('[lang]')?.getAttribute('lang') || navigator.language;
  }

  // --- What the user wants ---------------------------------------------------

  /** @param {Row} row */
  #click({ registration }) {
    if (this.#dispatch('backgroundfetchclick', registration)) attempt(click(registration));
  }

  /** @param {Row} row */
  #pause({ registration, state }) {
    attempt(installedExtras()?.setPaused(registration, state !== 'paused'));
  }

  /** @param {Row} row */
  async #offerRetry(row) {
    // Gone already: then it is not offered.
    await row.keepRequests().catch(() => {});
    this.#show();
  }

  /** @param {Row} row */
  async #retry(row) {
    const { manager, registration, requests } = row;
    if (row.isRetrying || !this.#dispatch('retry', registration) || !requests) return;
    row.isRetrying = true;
    const { title, icons } = describe(registration);
    const { id, downloadTotal } = registration;
    try {
      await manager.fetch(id, requests.map((request) => request.clone()), {
        title, icons, downloadTotal,
      });
    } catch {
      row.isRetrying = false;
      row.isRefused = true;
      this.#say('saidFailed', row, this.#texts.notRetried);
      this.#show();
    }
  }

  /**
   * @param {string} type
   * @param {Registration} registration
   * @returns {boolean} False: the app does it itself.
   */
  #dispatch(type, registration) {
    const detail = { registration };
    const init = { detail, bubbles: true, composed: true, cancelable: true };
    return this.dispatchEvent(new CustomEvent(type, init));
  }

  // --- What is said aloud ----------------------------------------------------

  /** @param {State} before @param {Row} row */
  #sayState(before, row) {
    const { state, registration } = row;
    if (state === 'paused') this.#say('saidPaused', row);
    else if (state === 'success') this.#say('saidDone', row);
    else if (state === 'failure') this.#say('saidFailed', row, failureOf(registration, this.#texts));
    else this.#say(before === 'paused' ? 'saidResumed' : 'saidStarted', row);
  }

  /** @param {keyof Texts} name @param {Row} row @param {string} [reason] */
  #say(name, { title }, reason = '') {
    if (this.#news.length === 0) {
      setTimeout(() => {
        this.#aloud.textContent = this.#news.join('. ');
        this.#news = [];
      }, kSayAfterMs);
    }
    this.#news.push(fill(this.#texts[name], { title, reason }));
  }
}

/**
 * What cannot be done (the service worker is none of ours any more, say) shows
 * by itself: nothing changes.
 *
 * @param {Promise<unknown> | undefined} work
 */
function attempt(work) {
  work?.catch(() => {});
}
