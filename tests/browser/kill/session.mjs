/**
 * Runs on one profile, one after the other: each starts a large download, many
 * small ones, more that are tiny and an upload, has the browser killed and started
 * again as its plan says, and looks at what has become of the four.
 */

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { kMessageKey, kMessageVersion } from '../../../js/shared/messages.js';
import { kPatienceMs } from '../../server/deadline.mjs';
import { killCosts } from '../../server/kill-accounts.mjs';
import { sha256Of } from '../../server/server.mjs';
import { assertSucceeded, kMiB, kScope, openPage, startFetch, urlOf } from '../fetching.mjs';
import { Ledger } from './ledger.mjs';
import { kFilmSwitches } from './plan.mjs';

const kWorker = '/pages/kill-sw.js';

const kFilmBytes = 64 * kMiB;
const kPieces = 20;
const kPieceBytesMin = 40_000;
const kPieceBytesStep = 8_000;
/** So small that they are stored in packs, and enough for several: kPackedBytesMax in packs.js. */
const kCrumbs = 200;
const kCrumbBytesMin = 1_000;
const kCrumbBytesStep = 25;
/** One file in so many comes from another origin. */
const kFilesPerOtherOrigin = 4;
/** kConnectionsPerRecordMax in src/base/limits.h. */
const kFilmConnectionsMax = 4;
/** kConnectionsMax there. */
const kPiecesConnectionsMax = 8;
/** kReceivedBytesMax there. */
const kReceivedBytesMax = 16 * kMiB;
const kUploadBytes = 8 * kMiB;
const kReplyBytes = 3_000;

/** So that kills fall into the upload, too. */
const kUploadSwitches = `intake=${3 * kMiB}`;

/** What orders reject with when their page went with the browser: tests/server/order-desk.mjs. */
const kPageGone = 'the page has gone';

/** Acknowledging takes some milliseconds. */
const kLookMs = 50;

/**
 * @typedef {import('../driver.mjs').Browser} Browser
 * @typedef {import('../driver.mjs').Page} Page
 * @typedef {import('../fetching.mjs').GeneratedFile} GeneratedFile
 * @typedef {import('../../server/server.mjs').TestServer} TestServer
 * @typedef {import('./plan.mjs').Plan} Plan
 * @typedef {import('./plan.mjs').Kill} Kill
 * @typedef {import('./ledger.mjs').Account} Account
 * @typedef {import('../../server/kill-accounts.mjs').KillCost} KillCost
 *
 * @typedef {object} Started  one of the four
 * @property {string} id
 * @property {boolean} isPromised  fetch() has resolved, and the driver knows
 * @property {Error | null} refusal  what fetch() has rejected with
 * @property {Promise<void>} answered  resolves when fetch() has settled
 * @property {(account: Account) => void} check  of an outcome; throws when it is wrong
 *
 * @typedef {object} RunResult
 * @property {KillCost[]} costs  of the kills, for the large file
 * @property {KillCost[]} pieceCosts  of the kills, for the small files
 * @property {number} fetches  that had to come to their end
 * @property {number} unpromised  fetches killed before fetch() resolved that are not there
 * @property {number} deliveries
 * @property {number} uploadsDone
 * @property {number} aimed  kills that were to strike somewhere
 * @property {number} aims  those that struck there
 * @property {number} recordsPacked  stored in packs when they struck, and kept
 */

export class KillSession {
  #server;
  #browser;
  #ledger;

  /** Fetches that were promised, or there, and have not come to their end. */
  lost = 0;

  /** @param {{server: TestServer, browser: Browser}} parts */
  constructor({ server, browser }) {
    this.#server = server;
    this.#browser = browser;
    this.#ledger = new Ledger(server);
  }

  /** Final events that came again although they were acknowledged. */
  get duplicates() {
    return this.#ledger.duplicates;
  }

  /**
   * @param {Plan} plan
   * @returns {Promise<RunResult>} Rejects when a fetch is lost or a byte is wrong.
   */
  async run({ seed, kills }) {
    const film = { name: `film-${seed}`, size: kFilmBytes, switches: kFilmSwitches };
    const pieces = this.#smallFiles(`piece-${seed}`, kPieces, kPieceBytesMin, kPieceBytesStep);
    const crumbs = this.#smallFiles(`crumb-${seed}`, kCrumbs, kCrumbBytesMin, kCrumbBytesStep);
    const upload = { name: `upload-${seed}`, size: kReplyBytes, switches: kUploadSwitches };
    const aimsBefore = this.#ledger.aims;

    const page = await openPage(this.#browser, kWorker);
    const [{ aim }] = kills;
    if (aim) await this.#takeAim(page, aim);
    const first = this.#start(`film-${seed}`, [film], (urls) =>
      startFetch(page, `film-${seed}`, urls, { downloadTotal: kFilmBytes }));
    // Aimed at what comes with the upload, which must not cost the film.
    if (aim?.point.startsWith('upload')) await first.answered;
    const all = [
      first,
      this.#start(`pieces-${seed}`, pieces, (urls) => startFetch(page, `pieces-${seed}`, urls)),
      this.#start(`crumbs-${seed}`, crumbs, (urls) => startFetch(page, `crumbs-${seed}`, urls)),
      this.#start(`upload-${seed}`, [upload], ([url]) => startUpload(page, `upload-${seed}`, url)),
    ];

    /** @type {number[]} */
    const killedAt = [];
    for (const kill of kills) {
      await this.#untilKill(kill, all);
      await this.#browser.kill();
      killedAt.push(Date.now());
      await this.#server.log.until(
        film.name, (entries) => entries.every(({ endedAt }) => endedAt));
      this.#server.setSwitches(film.name, kill.network);
      await this.#browser.start();
    }
    for (const { refusal } of all) if (refusal) throw refusal;
    const ended = await this.#untilEnd(all);

    for (const { id, check } of ended) {
      const account = this.#ledger.of(id);
      check(account);
      assert.ok(account.deliveries <= 1 + kills.length, `${id}: ${account.deliveries} events`);
    }
    const uploads = this.#server.log.for(upload.name).filter(({ isReceived }) => isReceived);
    assert.ok(uploads.length <= 1, `the server has the upload ${uploads.length} times`);
    const costsOf = (/** @type {GeneratedFile[]} */ files, /** @type {number} */ connections) =>
      killCosts(files.map(({ name }) => this.#server.log.for(name)), killedAt, connections);
    const costs = costsOf([film], kFilmConnectionsMax);
    for (const [index, { refetched, bound }] of costs.entries()) {
      // Where a kill is aimed the store stands still before it, and after the first the
      // network may be faster than the store: what is received meanwhile waits.
      const isWaiting = index > 0 || kills[index].aim !== null;
      const allowed = bound + (isWaiting ? kReceivedBytesMax : 0);
      assert.ok(refetched <= allowed, `${refetched} bytes asked for again, ${allowed} allowed`);
    }
    // Whoever forgot its packs would fetch all of them again, with the right bytes.
    const recordsPacked = this.#ledger.aims > aimsBefore ? this.#ledger.recordsPacked : 0;
    const crumbsAgain = crumbs.filter(({ name }) =>
      this.#server.log.for(name).some(({ startedAt }) => startedAt >= killedAt[0])).length;
    assert.ok(crumbsAgain <= kCrumbs - recordsPacked,
      `${crumbsAgain} of ${kCrumbs} asked for after the kill, ${recordsPacked} were in packs`);
    assert.equal(this.duplicates, 0, 'an acknowledged event came again');
    return {
      costs,
      // All of them together may wait for the store at once: there is nothing to hold them to.
      pieceCosts: costsOf(pieces, kPiecesConnectionsMax),
      fetches: ended.length,
      unpromised: all.length - ended.length,
      deliveries: ended.reduce((sum, { id }) => sum + this.#ledger.of(id).deliveries, 0),
      uploadsDone: uploads.length,
      aimed: kills.filter(({ aim }) => aim).length,
      aims: this.#ledger.aims - aimsBefore,
      recordsPacked,
    };
  }

  /**
   * @param {string} name
   * @param {number} count
   * @param {number} bytesMin
   * @param {number} bytesStep
   * @returns {GeneratedFile[]}
   */
  #smallFiles(name, count, bytesMin, bytesStep) {
    return Array.from({ length: count }, (_, index) => ({
      name: `${name}-${index}`,
      size: bytesMin + index * bytesStep,
      // Other origins show less of what they answer.
      ...(index % kFilesPerOtherOrigin === 0 && {
        origin: this.#server.crossOrigin,
        switches: 'cors=1',
      }),
    }));
  }

  /**
   * One more start of the browser: nothing that has ended may come again.
   */
  async end() {
    await this.#browser.restart();
    const page = await openPage(this.#browser, kWorker);
    const ids = await activeIds(page);
    assert.equal(ids.length, 0, `${ids} are left over`);
    assert.equal(this.duplicates, 0, 'an acknowledged event came again');
  }

  /**
   * @param {Page} page
   * @param {import('./plan.mjs').Aim} aim
   */
  #takeAim(page, aim) {
    return page.run(async ({ scope, aim }) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      const { port1, port2 } = new MessageChannel();
      const aimed = new Promise((resolve) => {
        port1.onmessage = resolve;
      });
      registration?.active?.postMessage({ aim }, [port2]);
      await aimed;
    }, { scope: kScope, aim: { ...aim, wholeBytes: kFilmBytes } });
  }

  /**
   * @param {string} id
   * @param {GeneratedFile[]} files
   * @param {(urls: string[]) => Promise<unknown>} start
   * @returns {Started}
   */
  #start(id, files, start) {
    const urls = files.map((file) => urlOf(this.#server.origin, file));
    /** @type {Started} */
    const started = {
      id,
      isPromised: false,
      refusal: null,
      answered: start(urls).then(
        () => {
          started.isPromised = true;
        },
        (error) => {
          if (error.message !== kPageGone) started.refusal = error;
        },
      ),
      check: (account) => this.#check(account, files),
    };
    return started;
  }

  /**
   * @param {Kill} kill
   * @param {Started[]} all
   */
  async #untilKill({ aim, afterMs }, all) {
    if (!aim) return pause(afterMs);
    const { aims } = this.#ledger;
    const isOver = () => all.every(({ id }) => this.#ledger.of(id).isAcknowledged);
    await this.#ledger.until(() => this.#ledger.aims > aims || isOver(), kPatienceMs);
  }

  /**
   * Waits for the outcomes of all that were promised, and of what is there
   * without a promise.
   *
   * @param {Started[]} all
   * @returns {Promise<Started[]>} those
   */
  async #untilEnd(all) {
    const page = await openPage(this.#browser, kWorker);
    const active = await activeIds(page);
    const isThere = (/** @type {Started} */ { id, isPromised }) =>
      isPromised || active.includes(id) || this.#ledger.of(id).deliveries > 0;
    const unhandled = () =>
      all.filter(isThere).filter(({ id }) => this.#ledger.of(id).outcomes.length === 0);
    try {
      await this.#ledger.until(() => unhandled().length === 0, kPatienceMs);
    } finally {
      this.lost += unhandled().length;
    }
    await untilIdle(page);
    this.#ledger.close(all.map(({ id }) => id));
    await page.close();
    return all.filter(isThere);
  }

  /**
   * @param {Account} account
   * @param {GeneratedFile[]} files
   */
  #check({ outcomes }, files) {
    for (const report of outcomes) {
      if (report.id.startsWith('upload-') && report.kind === 'backgroundfetchfail') {
        assert.equal(report.failureReason, 'fetch-error');
        continue;
      }
      const [{ name, size }] = files;
      assert.equal(report.records[0].sha256, sha256Of(name, size));
      assertSucceeded(this.#server, report, files);
    }
  }
}

/**
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
function activeIds(page) {
  return page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    return registration ? registration.backgroundFetch.getIds() : [];
  }, kScope);
}

/**
 * The worker's own word that everything is acknowledged: what the journal said
 * of an event may be all that a kill has left of it.
 *
 * @param {Page} page
 */
function untilIdle(page) {
  return page.run(async ({ scope, lookMs, key, version }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const hello = { [key]: { version, name: 'hello', fields: {} } };
    for (;;) {
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise((resolve) => {
        port1.onmessage = resolve;
      });
      registration?.active?.postMessage(hello, [port2]);
      const { data } = await answered;
      port1.close();
      if (!data.value.working) return;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }, { scope: kScope, lookMs: kLookMs, key: kMessageKey, version: kMessageVersion });
}

/**
 * @param {Page} page
 * @param {string} id
 * @param {string} url
 */
function startUpload(page, id, url) {
  return page.run(async ({ scope, id, url, bytes }) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    if (!registration) throw new Error('the registration has gone');
    const request = new Request(url, { method: 'POST', body: new Uint8Array(bytes) });
    await registration.backgroundFetch.fetch(id, /** @type {any} */ (request));
  }, { scope: kScope, id, url, bytes: kUploadBytes });
}
