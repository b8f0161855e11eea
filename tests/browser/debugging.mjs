/**
 * Chromium's debugging protocol, for what neither pages nor servers can bring
 * about at will: a push message, a periodic sync, the end of an idle worker, a
 * page that is frozen.
 *
 * It is attached to the keeper alone, and to pages that it freezes, since a worker
 * that is looked at lives longer. Over two pipes: the browser ends with them, and
 * nobody else can connect.
 */

import { kPatienceMs } from '../server/deadline.mjs';
import { Waiters } from '../server/waiters.mjs';

/** What the browser is started with; the third and fourth stream are the pipes. */
export const kDebuggingArgument = '--remote-debugging-pipe';

/**
 * @typedef {import('node:stream').Readable} Readable
 * @typedef {import('node:stream').Writable} Writable
 *
 * @typedef {object} Version  of a worker
 * @property {string} versionId
 * @property {string} registrationId
 * @property {string} runningStatus
 */

export class Debugging {
  #toBrowser;
  #session = '';
  #lastCall = 0;
  /** @type {Map<number, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  #calls = new Map();
  #changes = new Waiters();
  /** @type {Map<string, string>} Registration ids by scope. */
  #registrations = new Map();
  /** @type {Map<string, Version>} By id. */
  #versions = new Map();
  /** @type {Map<string, string>} Sessions of pages, by what their URL has. */
  #pages = new Map();

  /**
   * @param {Writable} toBrowser
   * @param {Readable} fromBrowser
   */
  constructor(toBrowser, fromBrowser) {
    this.#toBrowser = toBrowser;
    toBrowser.on('error', () => {});
    let text = '';
    fromBrowser.setEncoding('utf8').on('data', (more) => {
      const messages = (text + more).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message));
    });
  }

  /** To be called once there is a page. */
  async attach() {
    const { targetInfos } = await this.#call('Target.getTargets');
    const { targetId } = targetInfos.find((/** @type {any} */ { type }) => type === 'page');
    const attached = await this.#call('Target.attachToTarget', { targetId, flatten: true });
    this.#session = attached.sessionId;
    await this.#call('ServiceWorker.enable');
  }

  /** @param {string} scope  A whole URL, as of all below. */
  async deliverPush(scope) {
    await this.#dispatch('deliverPushMessage', scope, { data: '' });
  }

  /**
   * @param {string} scope
   * @param {string} tag
   */
  async dispatchPeriodicSync(scope, tag) {
    await this.#dispatch('dispatchPeriodicSyncEvent', scope, { tag });
  }

  /**
   * As the browser does with a page that nobody has looked at for long, and with one that somebody
   * looks at again.
   *
   * @param {string} address  in the URL of the page, and of no other
   * @param {'frozen' | 'active'} state
   */
  async setLifecycle(address, state) {
    await this.#call('Page.setWebLifecycleState', { state }, await this.#sessionOf(address));
  }

  /** @param {string} address */
  async #sessionOf(address) {
    const known = this.#pages.get(address);
    if (known) return known;
    const { targetInfos } = await this.#call('Target.getTargets', {}, '');
    const { targetId } = targetInfos.find((/** @type {any} */ { url }) => url.includes(address));
    const { sessionId } = await this.#call(
      'Target.attachToTarget', { targetId, flatten: true }, '');
    this.#pages.set(address, sessionId);
    return sessionId;
  }

  /**
   * As the browser evicts a site: connections are closed by force, workers go on.
   *
   * @param {string} origin
   */
  async clearDatabases(origin) {
    await this.#call('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  }

  /**
   * As the browser ends a worker that nobody asks any more.
   *
   * @param {string} scope
   */
  async stopWorker(scope) {
    const registrationId = await this.#registrationOf(scope);
    const isRunning = (/** @type {Version} */ version) =>
      version.registrationId === registrationId && version.runningStatus === 'running';
    const { versionId } = await this.#changes.until(
      () => /** @type {Version} */ ([...this.#versions.values()].find(isRunning)),
      kPatienceMs,
      () => `no worker of ${scope} runs`,
    );
    await this.#call('ServiceWorker.stopWorker', { versionId });
    await this.#changes.until(
      () => this.#versions.get(versionId)?.runningStatus === 'stopped',
      kPatienceMs,
      () => `the worker of ${scope} runs on`,
    );
  }

  /**
   * @param {string} method
   * @param {string} scope
   * @param {Record<string, unknown>} fields
   */
  async #dispatch(method, scope, fields) {
    const registrationId = await this.#registrationOf(scope);
    const { origin } = new URL(scope);
    await this.#call(`ServiceWorker.${method}`, { origin, registrationId, ...fields });
  }

  /** @param {string} scope */
  #registrationOf(scope) {
    return this.#changes.until(
      () => /** @type {string} */ (this.#registrations.get(scope)),
      kPatienceMs,
      () => `no registration has the scope ${scope}`,
    );
  }

  /**
   * @param {string} method
   * @param {Record<string, unknown>} [params]
   * @param {string} [sessionId]  '' is the browser's own
   * @returns {Promise<any>}
   */
  #call(method, params = {}, sessionId = this.#session) {
    this.#lastCall += 1;
    const id = this.#lastCall;
    const message = { id, method, params, ...(sessionId && { sessionId }) };
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#toBrowser.write(`${JSON.stringify(message)}\0`);
    });
  }

  /** @param {any} message */
  #hear({ id, error, result, method, params }) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
    for (const { registrationId, scopeURL, isDeleted } of params?.registrations ?? []) {
      if (!isDeleted) this.#registrations.set(scopeURL, registrationId);
    }
    for (const version of params?.versions ?? []) this.#versions.set(version.versionId, version);
    if (method) this.#changes.notify();
  }
}
