/**
 * Drives real browsers by orders that their pages hear from the test server.
 *
 * The browser's own command line opens one page, the *keeper*, on the driver's
 * origin: no service worker under test ever sees it. It opens all others with
 * `window.open(…, 'noopener')`, so that pages under test stand alone, and keeps
 * the browser running when they are all closed.
 */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { kPatienceMs, withDeadline } from '../server/deadline.mjs';
import { atExit } from './at-exit.mjs';
import { Cable } from './cable/cable.mjs';
import { Debugging, kDebuggingArgument } from './debugging.mjs';
import { openDisplay } from './display.mjs';
import { engines } from './engines.mjs';
import { SmallDisk } from './small-disk.mjs';
import { XKeyboard } from './x-keyboard.mjs';
import {
  endProcesses, findProcesses, killProcesses, killProcessesNow, kMarkVariable,
} from './processes.mjs';

const kGracefulEndMs = 5_000;

/** What a browser prints is kept to this many characters, for error messages. */
const kOutputKept = 4_000;

/**
 * @typedef {import('../server/server.mjs').TestServer} TestServer
 * @typedef {import('../server/order-desk.mjs').PageLine} PageLine
 * @typedef {{close: () => Promise<void>, name: string}} Display
 */

/**
 * @param {string} engine  'chromium' | 'firefox' | 'webkit'
 * @param {object} options
 * @param {TestServer} options.server
 * @param {string} [options.profile]  a folder to be kept; without one, a temporary folder
 *   that close() removes
 * @param {number} [options.storageBytes]  what all sites together may store, about; where
 *   canBound(engine)
 * @param {boolean} [options.onCable]  its network can be pulled out; where canPull()
 * @param {boolean} [options.debugging]  only Chromium
 * @param {boolean} [options.onScreen]  its windows are on a display whose keys can be pressed
 * @returns {Promise<Browser>}
 */
export async function launch(engine, {
  server, profile, storageBytes = Infinity, onCable = false, debugging = false,
  onScreen = false,
}) {
  const row = engines[engine];
  if (!row) throw new TypeError(`no engine named ${engine}`);
  const scratch = mkdtempSync(path.join(tmpdir(), `${engine}-`));
  const folder = profile ?? path.join(scratch, 'profile');
  mkdirSync(folder, { recursive: true });
  const display = row.needsDisplay || onScreen ? await openDisplay() : null;
  const cable = onCable ? openCable(scratch, server) : null;
  const browser = new Browser({
    engine, server, profile: folder, scratch, display, storageBytes, cable, debugging,
    onScreen,
  });
  try {
    await browser.start();
  } catch (error) {
    await browser.close();
    throw error;
  }
  return browser;
}

/**
 * @param {string} scratch
 * @param {TestServer} server
 */
function openCable(scratch, { origin, crossOrigin, driverOrigin }) {
  return new Cable(path.join(scratch, 'cable'), [origin, crossOrigin, driverOrigin]);
}

export class Browser {
  #server;
  #profile;
  #scratch;
  #display;
  #storageBytes;
  #isDebugged;
  #isOnScreen;
  /** @type {SmallDisk | null} Mounted by the first start. */
  #disk = null;
  #output = '';
  /** @type {import('./processes.mjs').BrowserIdentity | null} */
  #identity = null;
  #forgetExit;
  /** @type {Page | null} */
  #keeper = null;

  /** @type {Cable | null} Of its network. */
  cable;

  /** @type {Debugging | null} Of the browser that runs. */
  debugging = null;

  /** It has been ended for good: no page of it will carry out another order. */
  isClosed = false;

  /** @type {XKeyboard | null} Of the screen that it is on. */
  keyboard = null;

  /**
   * @param {object} parts
   * @param {string} parts.engine
   * @param {TestServer} parts.server
   * @param {string} parts.profile
   * @param {string} parts.scratch  a folder for what the browser drops elsewhere; close()
   *   removes it
   * @param {Display | null} parts.display
   * @param {number} parts.storageBytes
   * @param {Cable | null} parts.cable
   * @param {boolean} parts.debugging
   * @param {boolean} parts.onScreen
   */
  constructor({
    engine, server, profile, scratch, display, storageBytes, cable, debugging, onScreen,
  }) {
    this.engine = engine;
    this.#server = server;
    this.#profile = profile;
    this.#scratch = scratch;
    this.#display = display;
    this.#storageBytes = storageBytes;
    this.#isDebugged = debugging;
    this.#isOnScreen = onScreen;
    this.cable = cable;
    this.#forgetExit = atExit(() => this.#undo());
  }

  async start() {
    const keeper = new Page(this, this.#server, `${this.engine}-keeper-${randomUUID()}`);
    const url = keeper.urlOf(`${this.#server.driverOrigin}/pages/orders.html?polyfill=off`);
    const { command, args, environment } = await this.#prepare(url);
    const mark = randomUUID();
    this.#output = '';
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = ['ignore', 'pipe', 'pipe'];
    if (this.#isDebugged) stdio.push('pipe', 'pipe');
    const child = spawn(command, args, {
      // A process group of its own.
      detached: true,
      stdio,
      env: {
        ...process.env,
        TMPDIR: this.#scratch,
        ...environment,
        ...(this.#display ? { DISPLAY: this.#display.name } : {}),
        [kMarkVariable]: mark,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        this.#output = (this.#output + text).slice(-kOutputKept);
      });
    }
    const failed = new Promise((_, reject) => child.once('error', reject));
    if (child.pid) this.#identity = { leader: child.pid, mark };
    await Promise.race([failed, keeper.waitForDocument(null, kPatienceMs)]);
    this.#keeper = keeper;
    if (this.#isDebugged) await this.#debug(child.stdio);
    if (this.#isOnScreen && this.#display) {
      this.keyboard ??= await XKeyboard.open(this.#display.name);
    }
  }

  /** @param {any[]} streams */
  async #debug([, , , toBrowser, fromBrowser]) {
    this.debugging = new Debugging(toBrowser, fromBrowser);
    await this.debugging.attach();
  }

  /** @param {string} url */
  async #prepare(url) {
    const { prepare, storage } = engines[this.engine];
    const start = prepare(this.#profile, url, this.#storageBytes);
    if (this.#isDebugged) start.args.unshift(kDebuggingArgument);
    if (this.#isOnScreen) start.args = start.args.filter((each) => !each.startsWith('--headless'));
    if (this.cable) return this.cable.wrap(start);
    if (this.#storageBytes === Infinity || storage === null) return start;
    this.#disk ??= await SmallDisk.mount(path.join(this.#profile, storage), this.#storageBytes);
    return this.#disk.wrap(start);
  }

  /**
   * A new page, in a window or tab of its own.
   *
   * @param {string} address  a path of the server, or a URL; it must load orders.js
   * @returns {Promise<Page>}
   */
  async open(address) {
    if (!this.#keeper) throw new Error('the browser is not running');
    const page = new Page(this, this.#server, `${this.engine}-${randomUUID()}`);
    await this.#keeper.run((url) => {
      window.open(url, '_blank', 'noopener');
    }, page.urlOf(address));
    await page.waitForDocument(null, kPatienceMs);
    return page;
  }

  /** Living processes of the browser, by pid. */
  processes() {
    return this.#identity ? findProcesses(this.#identity) : [];
  }

  /** As a crash or a dead battery would end it: nothing gets the chance to save. */
  async kill() {
    this.#keeper = null;
    if (this.#identity) await killProcesses(this.#identity);
    this.#identity = null;
  }

  /** Kills the browser if it still runs and starts it again on the same profile. */
  async restart() {
    await this.kill();
    await this.start();
  }

  /** Asks the browser to end, makes it end, and removes what was made for it. */
  async close() {
    this.isClosed = true;
    if (this.#identity) await endProcesses(this.#identity, kGracefulEndMs);
    await this.kill();
    this.cable?.close();
    await this.#disk?.unmount();
    this.keyboard?.close();
    await this.#display?.close();
    this.#undo();
    this.#forgetExit();
  }

  #undo() {
    if (this.#identity) killProcessesNow(this.#identity);
    // Retried: killed processes may still be writing.
    rmSync(this.#scratch, { recursive: true, force: true, maxRetries: 5 });
  }

  /** What is known, for error messages. */
  describe() {
    return `${this.engine} runs ${this.processes().length} processes; reports:` +
      `${this.#server.reports.describe()}\noutput:\n${this.#output}`;
  }
}

export class Page {
  #browser;
  #server;
  #id;
  #line;

  /**
   * @param {Browser} browser
   * @param {TestServer} server
   * @param {string} id
   */
  constructor(browser, server, id) {
    this.#browser = browser;
    this.#server = server;
    this.#id = id;
    this.#line = server.orders.line(id);
  }

  /** Whether a document listens: none does between two, and after the last. */
  get isThere() {
    return this.#line.document !== null;
  }

  /**
   * @param {string} address
   */
  urlOf(address) {
    const url = new URL(address, this.#server.origin);
    url.searchParams.set('page', this.#id);
    return url.href;
  }

  /**
   * Runs a function in the page, as a source: it sees the page's globals and
   * its argument, nothing of the test. Argument and value travel as JSON.
   *
   * @template Argument, Value
   * @param {(argument: Argument) => Value} body
   * @param {Argument} [argument]
   * @param {{timeoutMs?: number}} [options]
   * @returns {Promise<Awaited<Value>>}
   */
  async run(body, argument, { timeoutMs = kPatienceMs } = {}) {
    if (this.#browser.isClosed) throw new Error('the browser has been closed');
    const source = body.toString();
    return withDeadline(
      this.#line.give(source, argument ?? null),
      timeoutMs,
      () => `the page did not finish ${source.slice(0, 300)}\n${this.#browser.describe()}`,
    );
  }

  /** @param {string} address  a path of the server, or a URL; it must load orders.js */
  async navigate(address) {
    const before = this.#line.document;
    // The answer may be lost with the document that gives it.
    void this.#line.give(`(url) => { location.href = url; }`, this.urlOf(address)).catch(() => {});
    await this.waitForDocument(before, kPatienceMs);
  }

  async close() {
    void this.#line.give('() => window.close()', null).catch(() => {});
    await this.#line.changes.until(
      () => this.#line.document === null,
      kPatienceMs,
      () => `the page did not close; ${this.#browser.describe()}`,
    );
  }

  /**
   * @param {string | null} before  the document that does not count
   * @param {number} timeoutMs
   */
  async waitForDocument(before, timeoutMs) {
    await this.#line.changes.until(
      () => this.#line.document !== null && this.#line.document !== before,
      timeoutMs,
      () => `no page has come up; ${this.#browser.describe()}`,
    );
  }
}
