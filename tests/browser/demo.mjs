/** What the tests of the demo's pages share. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { projectRoots, startServer } from '../server/server.mjs';
import { answerStatic } from '../server/static-files.mjs';

/** @typedef {import('./driver.mjs').Browser} Browser */
/** @typedef {import('./driver.mjs').Page} Page */
/** @typedef {import('../server/server.mjs').TestServer} TestServer */

const kPages = ['/', '/player/', '/course/', '/lab/'];

/**
 * The demo as it is served, its pages with the driver's script in front, and a
 * policy that lets that work.
 *
 * @param {object} [options]
 * @param {Promise<void>} [options.workersMayCome]  Their scripts are not served before.
 * @param {TestServer} [options.driver]  of the browser, where it is another one
 * @returns {Promise<TestServer>}
 */
export async function startDemoServer({ workersMayCome, driver } = {}) {
  let driverOrigin = '';
  /** @param {string} folder @returns {import('../server/server.mjs').Handler} */
  const withDriver = (folder) => async (_, response) => {
    const html = await readFile(path.join(projectRoots['/'], folder, 'index.html'), 'utf8');
    const scripts = ['/driver/origin.js', '/pages/orders.js', '/pages/color-scheme.js']
      .map((script) => `<script src="${driverOrigin}${script}"></script>`).join('');
    const policy = `default-src 'self' 'unsafe-eval' ${driverOrigin};`;
    const body = html.replace("default-src 'self';", policy).replace('</title>', `$&${scripts}`);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(body);
  };
  /** @type {import('../server/server.mjs').Handler} */
  const sendWorker = async (request, response, url) => {
    await workersMayCome;
    await answerStatic(projectRoots, request, response, url);
  };
  const server = await startServer({
    driver,
    handlers: Object.fromEntries(kPages.flatMap((folder) => [
      [folder, withDriver(folder)], [`${folder}sw.js`, sendWorker],
    ])),
  });
  driverOrigin = server.driverOrigin;
  return server;
}

/**
 * @param {Browser} browser
 * @param {string} folder  of the page
 * @returns {Promise<Page>} Once it is ready for use; ours is at work in it.
 */
export async function openDemo(browser, folder) {
  // The page brings the polyfill itself.
  const page = await browser.open(`${folder}?polyfill=off`);
  await untilReady(page);
  return page;
}

/**
 * A page on an origin where no worker has been, whose own is not served before
 * something has been done to the page.
 *
 * @param {Browser} browser
 * @param {TestServer} driver
 * @param {string} folder  of the page
 * @param {(page: Page, server: TestServer) => Promise<void>} before
 * @param {(page: Page, server: TestServer) => Promise<void>} after
 */
export async function withLateWorker(browser, driver, folder, before, after) {
  let come = () => {};
  /** @type {Promise<void>} */
  const workersMayCome = new Promise((resolve) => (come = resolve));
  const server = await startDemoServer({ workersMayCome, driver });
  try {
    const page = await browser.open(`${server.origin}${folder}?polyfill=off`);
    await before(page, server);
    come();
    await untilReady(page);
    await after(page, server);
    await page.close();
  } finally {
    come();
    await server.close();
  }
}

/** @param {Page} page @param {string} name  of a select @param {string} value */
export function choose(page, name, value) {
  return page.run(({ name, value }) => {
    /** @type {HTMLSelectElement} */ (document.querySelector(`select[name=${name}]`)).value = value;
  }, { name, value });
}

/**
 * Another download of the page's worker goes its way, from its beginning to its end.
 *
 * @param {Page} page
 */
export async function downloadBeside(page) {
  const result = await page.run(async () => {
    const { backgroundFetch } = await navigator.serviceWorker.ready;
    const download = await backgroundFetch.fetch('beside', ['/bytes/beside?size=1000000']);
    while (download.result === '') {
      await new Promise((resolve) => download.addEventListener('progress', resolve, { once: true }));
    }
    return download.result;
  });
  assert.equal(result, 'success');
}

/** So that a test that hangs says where. */
const kPatienceMs = 90_000;

/**
 * As Page.run(), of what waits for something to be there.
 *
 * @template Argument, Value
 * @param {Page} page
 * @param {(argument: Argument) => Value} body
 * @param {Argument} argument
 * @returns {Promise<Awaited<Value>>}
 */
async function wait(page, body, argument) {
  try {
    return await page.run(body, argument, { timeoutMs: kPatienceMs });
  } catch (error) {
    const seen = await page.run(() => (
      document.body.innerText +
      document.querySelector('background-fetch-tray')?.shadowRoot?.textContent));
    throw new Error(`waited for ${JSON.stringify(argument)} in:\n${seen}`, { cause: error });
  }
}

/** @param {Page} page */
export async function untilReady(page) {
  await until(page, 'html[data-ready]');
  assert.equal(await page.run(() => BackgroundFetchManager.polyfill), true);
}

/**
 * Resolves as soon as an element is there that fits, and is not hidden, and has
 * that text in it.
 *
 * @param {Page} page
 * @param {string} selector
 * @param {string} [pattern]  of its text
 * @returns {Promise<string>} Its text.
 */
export function until(page, selector, pattern = '') {
  return wait(page, ({ selector, pattern }) => new Promise((resolve) => {
    const look = () => {
      const found = [...document.querySelectorAll(selector)].find((each) => (
        !each.closest('[hidden]') && new RegExp(pattern).test(each.textContent ?? '')));
      if (!found) return;
      observer.disconnect();
      resolve(found.textContent ?? '');
    };
    const observer = new MutationObserver(look);
    observer.observe(document, {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
    look();
  }), { selector, pattern });
}

/**
 * Presses a button of the page, once it is there, or of its tray.
 *
 * @param {Page} page
 * @param {string} label
 */
export function press(page, label) {
  return wait(page, (label) => new Promise((resolve) => {
    const tray = document.querySelector('background-fetch-tray')?.shadowRoot;
    const look = () => {
      const buttons = [document, tray].flatMap((root) => [...root?.querySelectorAll('button') ?? []]);
      const button = buttons.find((each) => (
        (each.getAttribute('aria-label') ?? each.textContent) === label &&
        each.offsetParent !== null && !each.disabled));
      if (!button) return;
      observer.disconnect();
      button.focus();
      button.click();
      resolve(null);
    };
    const observer = new MutationObserver(look);
    for (const root of [document, tray]) {
      if (root) observer.observe(root, { subtree: true, childList: true, attributes: true });
    }
    look();
  }), label);
}

/**
 * @param {Page} page
 * @param {string} title
 * @param {string} condition  an expression over `row`: the classes of the fetch's row in the
 *   tray, or null, and over `percent`
 * @returns {Promise<number>} How much is there.
 */
export function untilInTray(page, title, condition) {
  return wait(page, ({ title, condition }) => new Promise((resolve) => {
    const root = /** @type {ShadowRoot} */ (
      document.querySelector('background-fetch-tray')?.shadowRoot);
    const holds = new Function('row', 'percent', `return ${condition};`);
    const look = () => {
      const row = [...root.querySelectorAll('li')]
        .find((each) => each.querySelector('.title')?.textContent === title);
      const bar = row?.querySelector('[role=progressbar]');
      const percent = Number(bar?.getAttribute('aria-valuenow') ?? -1);
      if (!holds(row?.className ?? null, percent)) return;
      observer.disconnect();
      resolve(percent);
    };
    const observer = new MutationObserver(look);
    observer.observe(root, { subtree: true, childList: true, attributes: true });
    look();
  }), { title, condition });
}
