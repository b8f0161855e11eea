/**
 * Row: one background fetch in the tray. It shows what the registration says,
 * and asks for what the user wants.
 */

import { chooseIcon } from './icon.js';
import { make, makeButton, makePicture, setLabel, setPicture } from './elements.js';
import { formatBytes, formatDuration, formatPercent } from './format.js';
import { describe, isOurs } from './source.js';
import { Speed } from './speed.js';
import { fill } from './texts.js';

/** @typedef {import('./source.js').Manager} Manager */
/** @typedef {import('./source.js').Registration} Registration */
/** @typedef {import('./texts.js').Texts} Texts */

/**
 * @typedef {'active' | 'paused' | 'success' | 'failure' | 'aborted'} State
 *
 * @typedef {object} Wishes  What the user wants of a row.
 * @property {(row: Row) => void} click
 * @property {(row: Row) => void} pause  Or resume.
 * @property {(row: Row) => void} cancel
 * @property {(row: Row) => void} retry
 * @property {(row: Row) => void} dismiss
 */

/** Requests are kept for another try; so many that a page can. */
const kRetriedRequestsMax = 1_000;

let rowsMade = 0;

export class Row {
  /** @type {Registration} */
  registration;
  manager;
  /** @type {State} */
  state = 'active';
  /** @type {Request[] | null} To try again with. */
  requests = null;
  /** The retry was refused. */
  isRefused = false;
  /** Another try is about to begin. */
  isRetrying = false;
  /** @type {Partial<import('./source.js').Shown>} What `updateUI()` has brought. */
  update = {};

  #speed = new Speed();
  #isOurs;
  #icon = make('img', 'icon');
  #noIcon = make('div', 'noicon', [makePicture('download')]);
  #title;
  #fill = make('div', 'fill');
  #bar = make('div', 'bar', [this.#fill]);
  #details = make('div', 'details');
  #pause;
  #cancel;
  #retry;
  #dismiss;
  /** Where the focus goes when it can stay nowhere else. */
  element;

  /**
   * @param {Registration} registration
   * @param {Manager} manager
   * @param {Wishes} wishes
   */
  constructor(registration, manager, wishes) {
    this.registration = registration;
    this.manager = manager;
    this.#isOurs = isOurs(registration);
    this.#title = make(this.#isOurs ? 'button' : 'div', 'title');
    rowsMade += 1;
    this.#title.id = `title-${rowsMade}`;
    this.#title.addEventListener('click', () => this.#isOurs && wishes.click(this));
    this.#bar.setAttribute('role', 'progressbar');
    this.#bar.setAttribute('aria-labelledby', this.#title.id);
    this.#icon.alt = '';
    this.#icon.addEventListener('error', () => this.#showIcon(false));
    this.#showIcon(false);
    this.#pause = makeButton('pause', 'pause', () => wishes.pause(this));
    this.#retry = makeButton('retry', 'retry', () => wishes.retry(this));
    this.#cancel = makeButton('cancel', 'cancel', () => wishes.cancel(this));
    this.#dismiss = makeButton('dismiss', 'cancel', () => wishes.dismiss(this));
    this.element = make('li', 'item', [
      this.#icon,
      this.#noIcon,
      this.#title,
      this.#bar,
      this.#details,
      make('div', 'actions', [this.#pause, this.#retry, this.#cancel, this.#dismiss]),
    ]);
  }

  /** @param {Registration} registration  Of a new try. */
  begin(registration) {
    this.registration = registration;
    this.requests = null;
    this.isRefused = false;
    this.isRetrying = false;
    this.update = {};
    this.#speed.reset();
  }

  /** @returns {string} */
  get title() {
    return this.#shown.title;
  }

  get #shown() {
    return { ...describe(this.registration), ...this.update };
  }

  /**
   * There is something new of the registration.
   *
   * @param {number} now
   * @returns {State} What it was before.
   */
  note(now) {
    const { state, registration } = this;
    this.state = stateOf(registration);
    if (this.state === 'active') this.#speed.note(now, doneOf(registration));
    else this.#speed.reset();
    return state;
  }

  /** Requests can be read until the records are deleted, soon after the end. */
  async keepRequests() {
    if (!this.#isOurs || !this.registration.recordsAvailable) return;
    const records = await this.registration.matchAll();
    if (records.length > kRetriedRequestsMax) return;
    this.requests = records.map(({ request }) => request);
  }

  /** What moves with every piece of news. */
  showBar() {
    const total = totalOf(this.registration);
    const { state } = this;
    const isMoving = total === 0 && state === 'active';
    const isSettled = state === 'success' || state === 'failure';
    const name = `item ${state}${isMoving ? ' moving' : ''}`;
    if (this.element.className !== name) {
      this.element.className = name;
      this.element.setAttribute('part', name);
    }
    this.#bar.hidden = isSettled;
    const fraction = total === 0 ? 0 : Math.min(1, doneOf(this.registration) / total);
    this.#fill.style.inlineSize = `${fraction * 100}%`;
  }

  /**
   * What is read, which moves at a pace at which it can be.
   *
   * @param {Texts} texts
   * @param {string} language
   * @param {number} now
   */
  show(texts, language, now) {
    this.showBar();
    const { state, registration } = this;
    const { title, icons } = this.#shown;
    this.#title.textContent = title;
    this.#title.title = title;
    const icon = chooseIcon(icons);
    if (icon && this.#icon.getAttribute('src') !== icon) {
      this.#icon.src = icon;
      this.#showIcon(true);
    }
    const details = this.#describe(texts, language, now);
    if (this.#details.textContent !== details) this.#details.textContent = details;
    this.#showProgress(details, language);
    this.#showButtons(texts, title);
  }

  /** @param {boolean} isThere  Not: none was given, or it cannot be loaded. */
  #showIcon(isThere) {
    this.#icon.hidden = !isThere;
    this.#noIcon.hidden = isThere;
  }

  /** The focus is within, but what had it is hidden now. */
  refocus() {
    const [first] = this.#buttons().filter((button) => !button.hidden);
    first?.focus();
  }

  #buttons() {
    return [this.#pause, this.#retry, this.#cancel, this.#dismiss];
  }

  /** @param {Texts} texts @param {string} language @param {number} now */
  #describe(texts, language, now) {
    const { state, registration } = this;
    if (this.isRefused) return texts.notRetried;
    if (state === 'success') return `${texts.success} · ${formatBytes(language, doneOf(registration))}`;
    if (state === 'failure') return failureOf(registration, texts);
    const total = totalOf(registration);
    const left = total - doneOf(registration);
    const bytes = fill(total > 0 ? texts.bytesOfTotal : texts.bytes, {
      done: formatBytes(language, doneOf(registration)),
      total: formatBytes(language, total),
    });
    if (state === 'paused') return `${texts.paused} · ${bytes}`;
    const speed = this.#speed.at(now);
    if (speed === null) return bytes;
    if (speed === 0) return `${texts.waiting} · ${bytes}`;
    const parts = [bytes, fill(texts.perSecond, { bytes: formatBytes(language, speed) })];
    if (left > 0 && total > 0) {
      parts.push(fill(texts.left, { time: formatDuration(language, left / speed) }));
    }
    return parts.join(' · ');
  }

  /** @param {string} details @param {string} language */
  #showProgress(details, language) {
    const total = totalOf(this.registration);
    const fraction = total === 0 ? 0 : Math.min(1, doneOf(this.registration) / total);
    const bar = this.#bar;
    // Without a value it is an indeterminate one.
    if (total === 0) bar.removeAttribute('aria-valuenow');
    else bar.setAttribute('aria-valuenow', String(Math.floor(fraction * 100)));
    bar.setAttribute('aria-valuetext',
      total === 0 ? details : `${formatPercent(language, fraction)} · ${details}`);
  }

  /** @param {Texts} texts @param {string} title */
  #showButtons(texts, title) {
    const { state } = this;
    const isActive = state === 'active' || state === 'paused';
    /** @param {string} action */
    const label = (action) => fill(texts.action, { action, title });
    const toggle = state === 'paused' ? 'resume' : 'pause';
    setPicture(this.#pause, toggle);
    setLabel(this.#pause, label(texts[toggle]), texts[toggle]);
    setLabel(this.#retry, label(texts.retry), texts.retry);
    setLabel(this.#cancel, label(texts.cancel), texts.cancel);
    setLabel(this.#dismiss, label(texts.dismiss), texts.dismiss);
    this.#pause.hidden = !isActive || !this.#isOurs;
    this.#cancel.hidden = !isActive;
    this.#retry.hidden = state !== 'failure' || !this.requests;
    this.#dismiss.hidden = isActive;
  }
}

/**
 * @param {Registration} registration
 * @param {Texts} texts
 */
export function failureOf({ failureReason }, texts) {
  return texts[/** @type {keyof Texts} */ (failureReason)] ?? texts['fetch-error'];
}

/**
 * @param {Registration} registration
 * @returns {State}
 */
function stateOf(registration) {
  const { result, failureReason } = registration;
  if (result === '') return describe(registration).paused ? 'paused' : 'active';
  if (result === 'success') return 'success';
  return failureReason === 'aborted' ? 'aborted' : 'failure';
}

/** @param {Registration} registration */
function doneOf({ downloaded, uploaded }) {
  return downloaded + uploaded;
}

/** @param {Registration} registration @returns {number} 0: unknown. */
function totalOf({ downloadTotal, uploadTotal }) {
  return downloadTotal > 0 ? downloadTotal + uploadTotal : 0;
}
