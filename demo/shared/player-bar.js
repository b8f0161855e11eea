// What plays now, heard or seen: media elements, one at a time, with controls of
// ours, which look the same in every browser.

import { formatTime } from './format.js';
import { byId, showProblem } from './page.js';

const kSkipSeconds = 15;

/** Another failure so soon after a new try is no accident. */
const kPatienceMs = 5_000;

export class PlayerBar {
  /** @type {HTMLMediaElement} */
  #media = byId('audio', HTMLAudioElement);
  #bar = byId('now-playing', HTMLElement);
  #title = byId('now-title', HTMLElement);
  #toggle = byId('now-toggle', HTMLButtonElement);
  #position = byId('now-position', HTMLInputElement);
  #time = byId('now-time', HTMLElement);
  #triedAtMs = -Infinity;

  constructor() {
    this.#toggle.addEventListener('click', () => this.toggle());
    byId('now-back', HTMLButtonElement).addEventListener('click', () => this.#skip(-kSkipSeconds));
    byId('now-ahead', HTMLButtonElement).addEventListener('click', () => this.#skip(kSkipSeconds));
    this.#position.addEventListener('input', () => {
      this.#media.currentTime = Number(this.#position.value);
    });
    for (const type of ['play', 'pause', 'timeupdate', 'durationchange', 'seeking', 'seeked']) {
      this.listen(type, () => this.#show());
    }
    this.listen('error', () => this.#onError());
  }

  /** @param {string} type @param {() => void} listener */
  listen(type, listener) {
    // Captured: these events do not bubble.
    document.addEventListener(type, ({ target }) => {
      if (target === this.#media) listener();
    }, true);
  }

  /**
   * @param {string} title
   * @param {string} url
   * @param {HTMLMediaElement} [media]  as before, if none
   */
  play(title, url, media = this.#media) {
    if (media !== this.#media) this.#media.pause();
    this.#media = media;
    this.#title.textContent = title;
    this.#bar.hidden = false;
    if (media.src !== url) media.src = url;
    this.#begin();
    this.#show();
  }

  toggle() {
    if (this.#media.paused) this.#begin();
    else this.#media.pause();
  }

  #begin() {
    this.#media.play().catch((error) => {
      // Another one was chosen, or the browser wants a click: the button is there.
      if (!['AbortError', 'NotAllowedError'].includes(error.name)) this.#onError();
    });
  }

  /** What was read from has gone (a download that ended, say): there is another place. */
  #onError() {
    const { error, currentTime, paused } = this.#media;
    if (!error) return;
    const now = performance.now();
    if (now - this.#triedAtMs < kPatienceMs) {
      showProblem(`It cannot be played: ${error.message || 'nobody says why'}`);
      return;
    }
    this.#triedAtMs = now;
    this.#media.load();
    this.#media.currentTime = currentTime;
    if (!paused) this.#begin();
  }

  /** @param {number} seconds */
  #skip(seconds) {
    const { currentTime, duration } = this.#media;
    // Before the duration is known it is where playing begins.
    this.#media.currentTime = Math.max(0, Math.min(duration || Infinity, currentTime + seconds));
  }

  #show() {
    const { paused, duration } = this.#media;
    const total = Number.isFinite(duration) ? duration : 0;
    // WebKitGTK, asked where it is before it knows how long that is, takes the one for the other.
    const currentTime = total && this.#media.currentTime;
    this.#toggle.textContent = paused ? 'Play' : 'Pause';
    this.#toggle.dataset.state = paused ? 'paused' : 'playing';
    this.#position.max = String(Math.floor(total));
    this.#position.value = String(currentTime);
    this.#position.style.setProperty('--played', `${total && (100 * currentTime) / total}%`);
    const time = `${formatTime(currentTime)} of ${formatTime(total)}`;
    this.#position.setAttribute('aria-valuetext', time);
    this.#time.textContent = time;
  }
}
