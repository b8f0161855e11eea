// One background fetch on the page, from wherever it is to its end.

import { describe } from './errors.js';
import { formatBytes, formatDuration } from './format.js';
import { announce, make, showProblem } from './page.js';
import { SpeedGauge } from './speed-gauge.js';

/** @typedef {'running' | 'success' | 'failure' | 'aborted'} State */

/** @type {Record<State, string>} */
const kOutcomes = { running: '', success: 'Done', failure: 'Failed', aborted: 'Aborted' };

/** Why it failed. An abort needs no words. */
const kReasons = new Map([
  ['bad-status', 'the server answered with an error'],
  ['fetch-error', 'the network or the server gave up'],
  ['quota-exceeded', 'no space left'],
  ['download-total-exceeded', 'more bytes than announced'],
]);

// The clock moves the speed and the time left even when no bytes come.
const kRefreshMs = 500;

/** @param {string} id  As offers.js makes them. */
function titleOf(id) {
  return id.startsWith('set-') ? 'A set of twenty' : 'One large file';
}

export class DownloadCard {
  #download;
  #title;
  #gauge = new SpeedGauge();
  #bar = make('div', 'bar');
  #fill = make('div', 'bar-fill');
  #details = make('p', 'details');
  #abort = make('button', 'abort', 'Abort');
  #outcome = make('span', 'badge');
  #timer = 0;

  /** @param {BackgroundFetchRegistration} download */
  constructor(download) {
    this.#download = download;
    this.#title = titleOf(download.id);
    this.element = this.#build();
    this.#gauge.add(download.downloaded, performance.now());
    this.#render();
    if (download.result === '') {
      download.addEventListener('progress', () => this.#onProgress());
      this.#timer = setInterval(() => this.#render(), kRefreshMs);
    }
  }

  #build() {
    const card = make('li', 'card');
    const heading = make('h3', '', this.#title);
    heading.id = `title-${this.#download.id}`;
    this.#bar.setAttribute('role', 'progressbar');
    this.#bar.setAttribute('aria-labelledby', heading.id);
    this.#bar.setAttribute('aria-valuemin', '0');
    this.#bar.setAttribute('aria-valuemax', '100');
    this.#bar.append(this.#fill);
    this.#abort.setAttribute('aria-label', `Abort: ${this.#title}`);
    this.#abort.addEventListener('click', () => this.#onAbort());
    const head = make('div', 'card-head');
    head.append(heading, this.#abort, this.#outcome);
    card.append(head, this.#bar, this.#details);
    return card;
  }

  async #onAbort() {
    this.#abort.disabled = true;
    try {
      await this.#download.abort();
    } catch (error) {
      this.#abort.disabled = false;
      showProblem(`It could not be aborted. ${describe(error)}`);
    }
  }

  #onProgress() {
    this.#gauge.add(this.#download.downloaded, performance.now());
    if (this.#download.result !== '') {
      clearInterval(this.#timer);
      announce(`${this.#title}: ${kOutcomes[this.#state()]}`);
    }
    this.#render();
  }

  /** @returns {State} */
  #state() {
    const { result, failureReason } = this.#download;
    return failureReason === 'aborted' ? 'aborted' : result || 'running';
  }

  #render() {
    const { downloaded, downloadTotal } = this.#download;
    const state = this.#state();
    const share = downloadTotal > 0 ? Math.min(1, downloaded / downloadTotal) : 0;
    const percent = Math.floor(share * 100);
    this.#fill.style.setProperty('--share', String(share));
    this.#bar.setAttribute('aria-valuenow', String(percent));
    this.#bar.setAttribute('aria-valuetext', `${percent} percent`);
    this.element.dataset.state = state;
    this.#abort.hidden = state !== 'running';
    this.#outcome.hidden = state === 'running';
    this.#outcome.textContent = kOutcomes[state];
    this.#details.textContent = this.#describe();
  }

  #describe() {
    const { downloaded, downloadTotal, result, failureReason } = this.#download;
    const amount =
      downloadTotal > 0
        ? `${formatBytes(downloaded)} of ${formatBytes(downloadTotal)}`
        : formatBytes(downloaded);
    const reason = kReasons.get(failureReason);
    if (result !== '') return reason ? `${amount} · ${reason}` : amount;
    const bytesPerSecond = this.#gauge.bytesPerSecond(performance.now());
    if (bytesPerSecond === null) return amount;
    if (bytesPerSecond === 0) return `${amount} · waiting`;
    const parts = [amount, `${formatBytes(bytesPerSecond)}/s`];
    if (downloadTotal > downloaded) {
      parts.push(`${formatDuration((downloadTotal - downloaded) / bytesPerSecond)} left`);
    }
    return parts.join(' · ');
  }
}
