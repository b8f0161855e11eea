/** The demo's lab: faults, accidents, and what can be seen of them. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { kExamples } from '../../demo/lab/examples.js';
import { answerSwitches, representationSwitches } from '../server/switches.mjs';
import {
  choose, downloadBeside, openDemo, press, startDemoServer, until, untilInTray, untilReady,
} from './demo.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;

before(async () => {
  server = await startDemoServer();
  browser = await launch(engineUnderTest(), { server });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const kTitle = 'A file of the lab';

/** @param {Page} page @param {string} name  of a fault */
function toggle(page, name) {
  return page.run((name) => {
    /** @type {HTMLInputElement} */ (document.querySelector(`input[name=${name}]`)).click();
  }, name);
}

/** The name of the latest download's body. */
function latest() {
  const { name } = server.log.entries[server.log.entries.length - 1];
  return name;
}

/**
 * @param {Page} page
 * @param {string} before  one that is waited to be another
 * @returns {Promise<string>}
 */
function scriptOfWorker(page, before) {
  return page.run((before) => new Promise((resolve) => {
    const { serviceWorker } = navigator;
    const look = () => {
      const script = serviceWorker.controller?.scriptURL ?? before;
      if (script !== before) resolve(script);
    };
    serviceWorker.addEventListener('controllerchange', look);
    look();
  }), before);
}

/** @param {Page} page  Its worker answers what it is asked; the server would at once. */
function untilStalled(page) {
  return page.run(async () => {
    for (let tookMs = 0; tookMs < 1_000;) {
      const askedAt = performance.now();
      await fetch('/lab/map.js');
      tookMs = performance.now() - askedAt;
    }
  }, null, { timeoutMs: 30_000 });
}

/**
 * The store tells nobody of what changes in it: it is asked again.
 *
 * @param {Page} page
 * @param {string} name  of a body
 * @param {boolean} isThere  Whether any of it is to be.
 */
function untilStored(page, name, isThere) {
  return page.run(async ({ name, isThere }) => {
    const { readStored } = await import(new URL('/lab/storage.js', location.href).href);
    while (((await readStored(name)).length > 0) !== isThere) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, { name, isThere }, { timeoutMs: 60_000 });
}

test('the lab: every switch has its line, and every example its switch', async () => {
  const page = await openDemo(browser, '/lab/');
  const names = [...Object.keys(representationSwitches), ...Object.keys(answerSwitches)];
  const shown = await page.run(() => (
    [...document.querySelectorAll('.fault input[type=checkbox]')]
      .map((box) => /** @type {HTMLInputElement} */ (box).name)));
  assert.deepEqual(shown.sort(), names.sort());
  assert.deepEqual(Object.keys(kExamples).filter((name) => !names.includes(name)), []);
  await page.close();
});

test('the lab: a fault strikes, the map moves, and every byte is right', async () => {
  const page = await openDemo(browser, '/lab/');
  await toggle(page, 'cut');
  await press(page, 'Start');
  await until(page, '#map-text', '^[1-9].* of 8.0\\sMB stored, in .*[1-9]\\srequests? under way');
  await until(page, '#map rect.stored', '');
  await until(page, '#requests td', 'cut off');
  await until(page, '#journal', '\\.(log|snap), [\\s\\S]*  [\\da-f]{2} ');
  assert.ok(server.log.for(latest()).some(({ cut }) => cut));

  await press(page, `Pause: ${kTitle}`);
  await untilInTray(page, kTitle, '/paused/.test(row)');
  await server.log.until(latest(), (all) => all.every(({ endedAt }) => endedAt !== null));
  const name = latest();
  const requests = server.log.for(name).length;
  await downloadBeside(page);
  await page.navigate('/lab/?polyfill=off&again');
  await untilReady(page);
  await until(page, '#map-text', '^[1-9].* of 8.0\\sMB stored');
  assert.equal(server.log.for(name).length, requests);
  await press(page, `Resume: ${kTitle}`);
  // What was switched on in an earlier visit is switched off with the first change.
  await toggle(page, 'delay');
  await toggle(page, 'delay');
  await press(page, 'Show the trace');
  await until(page, '#trace-text', '\\w+\\(');
  await until(page, '#sum', '^8.0\\sMB have come, every byte as it was sent$');
  await page.close();
});

test('the lab: accidents do not harm what comes', async () => {
  const page = await openDemo(browser, '/lab/');
  await choose(page, 'rate', '100000');
  await press(page, 'Start');
  await untilInTray(page, kTitle, 'percent >= 5');
  const name = latest();
  const running = server.log.for(name).filter(({ endedAt }) => endedAt === null);
  await press(page, 'Drop the connections');
  await server.log.until(name, () => running.every(({ endedAt }) => endedAt !== null));
  assert.ok(running.some(({ complete }) => !complete), 'no connection was dropped');
  const worker = await scriptOfWorker(page, '');
  await press(page, 'Replace the worker');
  await scriptOfWorker(page, worker);
  await untilInTray(page, kTitle, 'percent >= 20');
  await press(page, 'Stall the worker for 5 seconds');
  await untilStalled(page);
  await untilInTray(page, kTitle, 'percent >= 30');
  await press(page, 'Take the server away for 10 seconds');
  await until(page, '#connection');
  server.setSwitches(name, 'rate=8000000');
  await until(page, '#sum', 'every byte as it was sent$');
  await page.close();
});

test('the lab: what ends while the page looks is seen to its end', async () => {
  const page = await openDemo(browser, '/lab/');
  await choose(page, 'rate', '100000');
  await press(page, 'Start');
  await until(page, '#requests td', 'under way');
  // The next answer about what was asked stays away until all is over.
  await page.run(() => new Promise((resolve) => {
    const send = self.fetch;
    self.fetch = async (...args) => {
      const response = await send(...args);
      if (!String(args[0]).includes('/control/log/')) return response;
      self.fetch = send;
      await new Promise((answer) => {
        Object.assign(self, { answer });
        resolve(null);
      });
      return response;
    };
  }));
  server.setSwitches(latest(), 'rate=100000000');
  await until(page, '#sum', 'every byte as it was sent$');
  await untilInTray(page, kTitle, '/success/.test(row)');
  await page.run(() => /** @type {any} */ (self).answer());
  await until(page, '#requests:not(:empty)', '^(?!.*under way)');
  await page.close();
});

test('the lab: faults reach the server in the order in which they are set', async () => {
  const page = await openDemo(browser, '/lab/');
  await choose(page, 'rate', '100000');
  await press(page, 'Start');
  await untilInTray(page, kTitle, 'percent >= 1');
  // The first one is held up on its way.
  await page.run(() => {
    const send = self.fetch;
    /** @type {string[]} */
    const sent = [];
    /** @type {() => void} */
    let release;
    const released = new Promise((resolve) => (release = () => resolve(null)));
    const bothSent = new Promise((resolve) => {
      self.fetch = async (...args) => {
        if (args[1]?.method !== 'PUT') return send(...args);
        if (args[1].body !== '') await released;
        const response = await send(...args);
        if (sent.push(String(args[1].body)) === 2) resolve(sent);
        return response;
      };
    });
    Object.assign(self, { bothSent: () => (release(), bothSent) });
  });
  await toggle(page, 'delay');
  await toggle(page, 'delay');
  const sent = await page.run(() => /** @type {any} */ (self).bothSent());
  assert.deepEqual(sent, ['delay=2000', '']);
  await press(page, `Cancel: ${kTitle}`);
  await untilInTray(page, kTitle, 'row === null');
  await page.close();
});

test('the lab: cancelled, nothing of it stays', async () => {
  const page = await openDemo(browser, '/lab/');
  await choose(page, 'rate', '100000');
  await press(page, 'Start');
  await untilInTray(page, kTitle, 'percent >= 1');
  const name = latest();
  await untilStored(page, name, true);
  await press(page, `Cancel: ${kTitle}`);
  await untilInTray(page, kTitle, 'row === null');
  await untilStored(page, name, false);
  await until(page, '#start:not([disabled])');
  await page.close();
});

test('the lab: it opens without a network, and says what is missing', async () => {
  const page = await openDemo(browser, '/lab/');
  await server.goOffline();
  try {
    await page.navigate('/lab/?polyfill=off&offline');
    await untilReady(page);
    await until(page, '#connection');
    await until(page, '#problem', 'does not say which faults');
  } finally {
    await server.goOnline();
  }
  await page.close();
});
