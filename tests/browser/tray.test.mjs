/** <background-fetch-tray>: what it shows of real fetches, and what people can do there. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { violations } from './axe.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import {
  assertSucceeded, kMiB, kPage, openPage, startFetch, urlOf, waitForEnd,
} from './fetching.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * @param {Page} page
 * @param {true | null} [polyfill]  Whether it is at work; null: the native API is, or none yet
 */
async function addTray(page, polyfill = true) {
  assert.equal(await page.run(() => (
    /** @type {any} */ (self).BackgroundFetchManager?.polyfill ?? null)), polyfill);
  await page.run(async () => {
    await import(String('/dist/tray.mjs'));
    document.body.append(document.createElement('background-fetch-tray'));
  });
  await lookInto(page, 'background-fetch-tray');
}

/**
 * What the functions below use in the page, as `tray`.
 *
 * @param {Page} page
 * @param {string} selector  of the tray that they look into
 */
function lookInto(page, selector) {
  return page.run((selector) => {
    const element = /** @type {Element} */ (document.querySelector(selector));
    const root = /** @type {ShadowRoot} */ (element.shadowRoot);
    /** @type {string[]} Every text that was said aloud, of several pieces of news at times. */
    const said = [];
    const aloud = /** @type {Element} */ (root.querySelector('[role=status]'));
    new MutationObserver(() => said.push(String(aloud.textContent))).observe(aloud, {
      subtree: true, childList: true, characterData: true,
    });
    const rowOf = (/** @type {string} */ title) => [...root.querySelectorAll('li')]
      .find((row) => row.querySelector('.title')?.textContent === title);
    const look = (/** @type {string} */ title) => {
      const row = rowOf(title);
      if (!row) return null;
      const bar = row.querySelector('[role=progressbar]');
      const visible = [...row.querySelectorAll('button')]
        .filter((button) => button.offsetParent !== null);
      return {
        state: row.className,
        percent: Number(bar?.getAttribute('aria-valuenow') ?? -1),
        spoken: bar?.getAttribute('aria-valuetext'),
        details: row.querySelector('.details')?.textContent,
        buttons: visible.map((button) => button.getAttribute('aria-label') ?? button.textContent),
      };
    };
    /** Looks again at every change. */
    const until = (/** @type {string} */ title, /** @type {(seen: any) => boolean} */ condition) =>
      new Promise((resolve) => {
        const check = () => {
          const seen = look(title);
          if (!condition(seen)) return;
          observer.disconnect();
          resolve(seen);
        };
        const observer = new MutationObserver(check);
        observer.observe(root, {
          subtree: true, childList: true, attributes: true, characterData: true,
        });
        check();
      });
    const press = (/** @type {string} */ label) => {
      const button = /** @type {HTMLElement | null} */ (
        root.querySelector(`button[aria-label=${JSON.stringify(label)}]`));
      if (!button || button.offsetParent === null) throw new Error(`no button ${label}`);
      button.focus();
      button.click();
    };
    Object.assign(self, { tray: { element, root, said, rowOf, look, until, press } });
  }, selector);
}

/**
 * @param {Page} page
 * @param {string} title
 * @param {string} condition  an expression over `row`, what is seen of it
 * @returns {Promise<any>}
 */
function untilRow(page, title, condition) {
  return page.run(({ title, condition }) => (
    /** @type {any} */ (self).tray.until(title, new Function('row', `return ${condition};`))
  ), { title, condition });
}

/** @param {Page} page @param {string} label */
function press(page, label) {
  return page.run((label) => /** @type {any} */ (self).tray.press(label), label);
}

/**
 * @param {Page} page
 * @param {string} last
 * @returns {Promise<string[]>} All that was said aloud, once that is the last of it.
 */
function saidUntil(page, last) {
  return page.run(async (last) => {
    const { said, until } = /** @type {any} */ (self).tray;
    // It changes the tray as well, which is looked at again.
    await until('', () => said.at(-1)?.endsWith(last));
    return said.join('. ').split('. ');
  }, last);
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {{size?: number, rate?: number, switches?: string, total?: boolean}} [options]
 */
async function start(page, name, { size = 12 * kMiB, rate = kMiB, switches, total = true } = {}) {
  const file = { name, size, switches: switches ?? `rate=${rate}` };
  await startFetch(page, name, [urlOf(server.origin, file)], {
    title: `The ${name}`, ...(total && { downloadTotal: size }),
  });
  return file;
}

test('a fetch appears, moves, holds when paused, goes on, and is done', async () => {
  const page = await openPage(browser);
  await addTray(page);
  const file = await start(page, 'film');
  const running = await untilRow(page, 'The film',
    'row && row.percent >= 15 && /left/.test(row.details)');
  assert.match(running.details, /^[\d.]+\sMB of [\d.]+\sMB · [\d.]+\s[kM]B\/s · \d+\s.*left$/);
  assert.match(running.spoken, /^\d+% · /);
  assert.deepEqual(running.buttons, ['The film', 'Pause: The film', 'Cancel: The film']);

  await press(page, 'Pause: The film');
  const paused = await untilRow(page, 'The film', 'row.state.includes("paused")');
  assert.match(paused.details, /^Paused · /);
  assert.equal(paused.buttons[1], 'Resume: The film');
  await server.log.until('film', (all) => all.every(({ endedAt }) => endedAt !== null), 20_000);
  const requests = server.log.for('film').length;
  // Something else goes its way meanwhile, from its beginning to its end.
  const other = await start(page, 'song', { size: 2 * kMiB });
  assertSucceeded(server, await waitForEnd(server, 'song', 60_000), [other]);
  assert.equal(server.log.for('film').length, requests);
  await untilRow(page, 'The song', 'row && row.state.includes("success")');

  server.setSwitches('film', `rate=${16 * kMiB}`);
  await press(page, 'Resume: The film');
  await page.run(() => {
    const { rowOf } = /** @type {any} */ (self).tray;
    rowOf('The film').querySelector('.title').click();
  });
  const done = await untilRow(page, 'The film', 'row.state.includes("success")');
  assert.match(done.details, /^Done · /);
  assert.deepEqual(done.buttons, ['The film', 'Remove from list: The film']);
  // The click's handler has read to the end, too.
  const ends = [await waitForEnd(server, 'film', 60_000), await waitForEnd(server, 'film', 60_000)];
  const clickIndex = ends.findIndex(({ kind }) => kind === 'backgroundfetchclick');
  const [click] = ends.splice(clickIndex, 1);
  assert.equal(click.kind, 'backgroundfetchclick');
  assertSucceeded(server, ends[0], [file]);
  // Nothing of how far it is, or how fast.
  assert.deepEqual(await saidUntil(page, 'The film: done'), [
    'The film: download started',
    'The film: paused',
    'The song: download started',
    'The song: done',
    'The film: goes on',
    'The film: done',
  ]);
  await page.close();
});

test('without a total the bar tells no value, and bytes are counted', async () => {
  const page = await openPage(browser);
  await addTray(page);
  await start(page, 'stream', { total: false });
  const row = await untilRow(page, 'The stream', 'row && /MB · .*B.s$/.test(row.details)');
  assert.equal(row.percent, -1);
  assert.match(row.state, /moving/);
  await press(page, 'Cancel: The stream');
  await untilRow(page, 'The stream', 'row === null');
  assert.equal((await waitForEnd(server, 'stream', 20_000)).kind, 'backgroundfetchabort');
  await page.close();
});

test('a page that is opened later shows what runs, and hears what begins elsewhere', async () => {
  const page = await openPage(browser);
  await start(page, 'running');
  const later = await browser.open(kPage);
  await addTray(later);
  await untilRow(later, 'The running', 'row && row.percent >= 5');
  await start(page, 'begun-elsewhere');
  await untilRow(later, 'The begun-elsewhere', 'row !== null');
  await page.run(async (scope) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    const { pause } = await import(String('/dist/page.mjs'));
    await pause(await worker?.backgroundFetch.get('running'));
  }, '/pages/');
  await untilRow(later, 'The running', 'row.state.includes("paused")');
  for (const name of ['running', 'begun-elsewhere']) {
    await press(later, `Cancel: The ${name}`);
    await waitForEnd(server, name, 20_000);
  }
  await later.close();
  await page.close();
});

test('one that failed is tried again in its row, and the focus is not lost', async () => {
  const page = await openPage(browser);
  await addTray(page);
  const size = 2 * kMiB;
  const file = await start(page, 'broken', { size, switches: 'status=404:1' });
  await untilRow(page, 'The broken', 'row && row.details === "The server refused it"');
  assert.equal((await waitForEnd(server, 'broken', 120_000)).failureReason, 'bad-status');
  await press(page, 'Try again: The broken');
  await untilRow(page, 'The broken', 'row.state.includes("success")');
  assertSucceeded(server, await waitForEnd(server, 'broken', 120_000),
    [{ ...file, name: 'broken', size }]);
  const focused = await page.run(() => (
    /** @type {any} */ (self).tray.root.activeElement?.getAttribute('aria-label')));
  assert.equal(focused, 'Remove from list: The broken');
  await press(page, 'Remove from list: The broken');
  assert.equal(await page.run(() => /** @type {any} */ (self).tray.root.activeElement?.className),
    'tray');
  await page.close();
});

test('a try that is asked for twice begins once', async () => {
  const page = await openPage(browser);
  await addTray(page);
  await start(page, 'twice', { size: 1000, switches: 'status=404:1' });
  await untilRow(page, 'The twice', 'row && row.buttons[1] === "Try again: The twice"');
  await waitForEnd(server, 'twice');
  await page.run(() => {
    const { root } = /** @type {any} */ (self).tray;
    const button = root.querySelector('[aria-label="Try again: The twice"]');
    button.click();
    button.click();
  });
  const done = await untilRow(page, 'The twice', '/success|cannot/.test(row.state + row.details)');
  assert.match(done.details, /^Done/);
  assert.equal((await waitForEnd(server, 'twice')).kind, 'backgroundfetchsuccess');
  assert.equal(server.log.for('twice').length, 2);
  await page.close();
});

test('what updateUI() says shows in the row', async () => {
  const page = await openPage(browser);
  await addTray(page);
  await page.run(async () => {
    const registration = await navigator.serviceWorker.register('/pages/naming-sw.js', {
      scope: '/pages/naming/',
    });
    const worker = registration.installing;
    while (worker && worker.state !== 'activated') {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    await registration.backgroundFetch.fetch('named', ['/bytes/named?size=50000000&rate=1000000'], {
      title: 'The named',
    });
  });
  await untilRow(page, 'The named', 'row !== null');
  server.setSwitches('named', 'rate=100000000');
  const row = await untilRow(page, 'Renamed', 'row !== null');
  assert.match(row.details, /^Done/);
  const icon = await page.run(() => (
    /** @type {any} */ (self).tray.rowOf('Renamed').querySelector('.icon').src));
  assert.equal(icon, `${server.origin}/pages/there.svg`);
  await page.close();
});

test('a polyfill that is loaded later, and a worker that is registered later, are found', async () => {
  const page = await browser.open(`${kPage}?polyfill=off`);
  await addTray(page, null);
  await page.run(async () => {
    Object.assign(self, { backgroundFetchPolyfill: { force: true } });
    await import(String('/dist/page.mjs'));
    // The page is none of its scope: nothing tells of it.
    const registration = await navigator.serviceWorker.register('/pages/sw.js', {
      scope: '/pages/later/',
    });
    const worker = registration.installing;
    while (worker && worker.state !== 'activated') {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    await registration.backgroundFetch.fetch('later', ['/bytes/later?size=50000000&rate=1000000'], {
      title: 'The later',
    });
  });
  assert.equal(await page.run(() => BackgroundFetchManager.polyfill), true);
  await untilRow(page, 'The later', 'row !== null && row.buttons[1] === "Pause: The later"');
  await press(page, 'Cancel: The later');
  await untilRow(page, 'The later', 'row === null');
  assert.equal((await waitForEnd(server, 'later')).kind, 'backgroundfetchabort');
  await page.close();
});

/**
 * Resolves with what has been rejected, and heard by nobody, since it was begun to be
 * counted; one of the test's own comes after the others.
 *
 * @param {Page} page
 * @returns {Promise<() => Promise<string[]>>}
 */
async function countRejections(page) {
  await page.run(() => {
    /** @type {string[]} */
    const rejected = [];
    let isOver = () => {};
    const over = new Promise((resolve) => (isOver = () => resolve(rejected)));
    addEventListener('unhandledrejection', (event) => {
      // No report of it, which would fail the test.
      event.stopImmediatePropagation();
      if (event.reason === 'the last one') isOver();
      else rejected.push(String(event.reason));
    }, true);
    Object.assign(self, {
      rejections: () => {
        void Promise.reject('the last one');
        return over;
      },
    });
  });
  return () => page.run(() => /** @type {any} */ (self).rejections());
}

test('where service workers are forbidden, the tray is empty and complains to nobody', async () => {
  const page = await browser.open(kPage);
  const rejections = await countRejections(page);
  await page.run(async () => {
    navigator.serviceWorker.getRegistrations = async () => {
      throw new DOMException('forbidden', 'SecurityError');
    };
  });
  await addTray(page);
  assert.equal(await page.run(() => /** @type {any} */ (self).tray.element.refresh()
    .catch((/** @type {Error} */ { name }) => name)), 'SecurityError');
  assert.deepEqual(await rejections(), []);
  await page.close();
});

test('what cannot be done is asked for without complaint', async () => {
  const page = await openPage(browser);
  await addTray(page);
  await start(page, 'kept-on', { size: 64 * kMiB });
  await untilRow(page, 'The kept-on', 'row !== null');
  const rejections = await countRejections(page);
  await page.run(() => {
    const { prototype } = /** @type {any} */ (self).BackgroundFetchRegistration;
    const { abort } = prototype;
    prototype.abort = () => {
      prototype.abort = abort;
      return Promise.reject(new TypeError('There is no worker any more.'));
    };
    /** @type {any} */ (self).tray.press('Cancel: The kept-on');
  });
  assert.deepEqual(await rejections(), []);
  await press(page, 'Cancel: The kept-on');
  await untilRow(page, 'The kept-on', 'row === null');
  assert.equal((await waitForEnd(server, 'kept-on', 20_000)).kind, 'backgroundfetchabort');
  await page.close();
});

test('texts from before the definition, or of the attribute, and the language hold', async () => {
  const page = await openPage(browser);
  await page.run(async () => {
    document.body.insertAdjacentHTML('beforeend', `
      <background-fetch-tray id="early"></background-fetch-tray>
      <background-fetch-tray id="german" lang="de" texts='{"pause": "Anhalten"}'>
      </background-fetch-tray>`);
    /** @type {any} */ (document.querySelector('#early')).texts = { pause: 'Hold' };
    await import(String('/dist/tray.mjs'));
  });
  await start(page, 'words', { size: 2_500_000, rate: kMiB / 32 });

  await lookInto(page, '#early');
  const early = await untilRow(page, 'The words', 'row !== null');
  assert.equal(early.buttons[1], 'Hold: The words');
  assert.match(early.details, / of 2\.5\sMB/);
  await page.run(() => {
    /** @type {any} */ (self).tray.element.texts = { pause: 'Halt' };
  });
  await untilRow(page, 'The words', 'row.buttons[1] === "Halt: The words"');

  await lookInto(page, '#german');
  const german = await untilRow(page, 'The words', 'row !== null');
  assert.equal(german.buttons[1], 'Anhalten: The words');
  assert.match(german.details, / of 2,5\sMB/);
  await press(page, 'Cancel: The words');
  await waitForEnd(server, 'words');
  await page.close();
});

test('it follows the direction, styles of the app, and a wish for less motion', async () => {
  const page = await openPage(browser);
  await addTray(page);
  await start(page, 'looked-at', { rate: kMiB / 32, total: false });
  await untilRow(page, 'The looked-at', 'row && row.state.includes("moving")');
  const seen = await page.run(() => {
    const { root, rowOf } = /** @type {any} */ (self).tray;
    const row = rowOf('The looked-at');
    const [icon, actions, bar, fill] = ['noicon', 'actions', 'bar', 'fill']
      .map((part) => row.querySelector(`.${part}`));
    const isIconFirst = () => (
      icon.getBoundingClientRect().right < actions.getBoundingClientRect().left);
    const isIconLast = () => (
      actions.getBoundingClientRect().right < icon.getBoundingClientRect().left);
    const before = isIconFirst();
    document.documentElement.dir = 'rtl';
    const after = isIconLast();

    const style = document.createElement('style');
    style.textContent = `
      background-fetch-tray { --tray-accent: rgb(1, 2, 3); }
      background-fetch-tray::part(bar) { block-size: 21px; }`;
    document.head.append(style);
    const { height } = getComputedStyle(bar);
    const { backgroundColor } = getComputedStyle(fill);

    // Whatever this system prefers.
    const { media } = [...root.adoptedStyleSheets[0].cssRules].find((rule) => (
      rule.media?.mediaText.includes('prefers-reduced-motion')));
    const motions = ['not all', 'all'].map((query) => {
      media.mediaText = query;
      return getComputedStyle(fill).animationName;
    });
    return { before, after, height, backgroundColor, motions };
  });
  assert.deepEqual(seen, {
    before: true,
    after: true,
    height: '21px',
    backgroundColor: 'rgb(1, 2, 3)',
    motions: ['move', 'none'],
  });
  await press(page, 'Cancel: The looked-at');
  await waitForEnd(server, 'looked-at');
  await page.close();
});

test('axe finds what is wrong in a tray, and colours that it cannot tell', async () => {
  const page = await openPage(browser);
  await addTray(page);
  await page.run(() => {
    /** @type {any} */ (self).tray.root.querySelector('.empty').insertAdjacentHTML('afterend', `
      <p style="color: #ccc; background: #fff">Faint</p>
      <p style="color: #ccc; background: linear-gradient(#fff, #000)">Nobody knows</p>
      <button></button>`);
  });
  const found = await violations(page, 'background-fetch-tray');
  assert.deepEqual(found.map((each) => each.split(':')[0]).sort(),
    ['button-name', 'color-contrast', 'color-contrast']);
  await page.close();
});

test('axe finds nothing, in light and dark, in every state', async () => {
  const page = await openPage(browser);
  await addTray(page);
  assert.deepEqual(await violations(page, 'background-fetch-tray'), []);
  await start(page, 'lit', { size: 40 * kMiB });
  await start(page, 'held', { size: 40 * kMiB, total: false });
  await start(page, 'lost', { size: 1000, switches: 'status=404' });
  await start(page, 'had', { size: 1000 });
  await untilRow(page, 'The lit', 'row && row.percent >= 1');
  await untilRow(page, 'The lost', 'row && row.details === "The server refused it"');
  await untilRow(page, 'The had', 'row && row.state.includes("success")');
  await untilRow(page, 'The held', 'row !== null');
  await press(page, 'Pause: The held');
  await untilRow(page, 'The held', 'row.state.includes("paused")');
  for (const scheme of ['light', 'dark']) {
    await page.run((scheme) => {
      document.documentElement.style.colorScheme = scheme;
      document.body.style.background = 'Canvas';
    }, scheme);
    assert.deepEqual(await violations(page, 'background-fetch-tray'), [], scheme);
  }
  for (const name of ['lit', 'held']) await press(page, `Cancel: The ${name}`);
  await page.close();
});

/**
 * A page of a browser where the native API is at work, with a tray.
 *
 * @param {(page: Page) => Promise<void>} body
 */
async function withNatives(body) {
  const native = await launch(engineUnderTest(), { server });
  try {
    const page = await native.open(`${kPage}?polyfill=off`);
    await page.run(async () => {
      await navigator.serviceWorker.register('/pages/sw.js?polyfill=off', { scope: '/pages/' });
      await navigator.serviceWorker.ready;
    });
    assert.equal(await page.run(() => typeof BackgroundFetchManager), 'function');
    await addTray(page, null);
    await body(page);
    await page.close();
  } finally {
    await native.close();
  }
}

const withoutNatives = {
  skip: engineUnderTest() !== 'chromium' && 'the engine has no native Background Fetch',
};

test('native registrations move, and only what natives can do is offered', withoutNatives, () => (
  withNatives(async (page) => {
    await start(page, 'native', { size: 64 * kMiB });
    const row = await untilRow(page, 'native', 'row && row.percent >= 1');
    assert.deepEqual(row.buttons, ['Cancel: native']);
    const later = await untilRow(page, 'native', `row.percent > ${row.percent}`);
    assert.match(later.details, /MB of 67\sMB/);
    await press(page, 'Cancel: native');
    await untilRow(page, 'native', 'row === null');
  })));
