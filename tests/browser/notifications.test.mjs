/** Notifications of background fetches, where the profile permits them. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kMiB, kPage, kScope, startFetch, urlOf } from './fetching.mjs';
import { registerRunner, runInWorker } from './running.mjs';

/** @typedef {import('./driver.mjs').Page} Page */

const engine = engineUnderTest();

/**
 * MiniBrowser has no setting for it, and asks; nobody is there to answer. That
 * Firefox shows any without a display has not been seen.
 */
const skip = engine !== 'chromium' && 'no permission, or no display, without a person';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {Page} */
let page;

const profile = mkdtempSync(path.join(tmpdir(), 'permitted-'));

/** What the browser would remember of a person who has said yes. */
function permit() {
  mkdirSync(path.join(profile, 'Default'));
  writeFileSync(path.join(profile, 'Default/Preferences'), JSON.stringify({
    profile: { default_content_setting_values: { notifications: 1 } },
  }));
  writeFileSync(path.join(profile, 'prefs.js'),
    'user_pref("permissions.default.desktop-notification", 1);\n');
}

before(async () => {
  if (skip) return;
  permit();
  server = await startServer();
  browser = await launch(engine, { server, profile });
  page = await browser.open(kPage);
  await registerRunner(page);
  assert.equal(await page.run(() => BackgroundFetchManager.polyfill), true);
  assert.equal(await runInWorker(page, kScope, () => BackgroundFetchManager.polyfill), true);
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

/**
 * Looks until a notification is there that fits; the worker has no event for it.
 *
 * @param {string} condition  an expression over `shown`, the open ones
 */
function untilShown(condition) {
  return runInWorker(page, kScope, async (condition) => {
    const fits = new Function('shown', `return ${condition};`);
    for (;;) {
      // @ts-expect-error: a worker's global
      const shown = (await registration.getNotifications()).map(({ title, body, tag, actions }) => ({
        title, body, tag, actions: (actions ?? []).map((/** @type {any} */ { action }) => action),
      }));
      if (fits(shown)) return shown;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, condition);
}

/**
 * As the browser would tell of it, but for `isTrusted`.
 *
 * @param {string} action
 * @returns {Promise<boolean>} Whether the app's listener has seen it.
 */
function click(action) {
  return runInWorker(page, kScope, async (action) => {
    // @ts-expect-error: a worker's global
    const [notification] = await registration.getNotifications();
    // @ts-expect-error: a worker's interface
    const event = new NotificationEvent('notificationclick', { notification, action });
    /** @type {Promise<unknown>[]} */
    const held = [];
    Object.assign(event, { waitUntil: (/** @type {Promise<unknown>} */ work) => held.push(work) });
    let isSeen = false;
    addEventListener('notificationclick', () => (isSeen = true), { once: true });
    dispatchEvent(event);
    await Promise.all(held);
    return isSeen;
  }, action);
}

test('a fetch is shown, paused and cancelled by its buttons', { skip }, async () => {
  const file = { name: 'shown', size: 64 * kMiB, switches: `rate=${kMiB}` };
  await startFetch(page, 'shown', [urlOf(server.origin, file)], {
    title: 'A film', downloadTotal: file.size,
  });
  const [first] = await untilShown('shown.length === 1');
  assert.equal(first.title, 'A film');
  assert.match(first.tag, /^background-fetch-polyfill:/);
  assert.equal(await click('pause'), false);
  const [paused] = await untilShown('/^Paused/.test(shown[0]?.body)');
  assert.match(paused.body, /^Paused · \d+/);
  await server.log.until('shown', (all) => all.every(({ endedAt }) => endedAt !== null), 20_000);
  assert.equal(await click('cancel'), false);
  await untilShown('shown.length === 0');
  assert.deepEqual(await page.run(async (scope) => {
    const registration = await navigator.serviceWorker.getRegistration(scope);
    return registration?.backgroundFetch.getIds();
  }, kScope), []);
});

test('the end says what updateUI() was given, and a click is a click', { skip }, async () => {
  await runInWorker(page, kScope, () => {
    addEventListener('backgroundfetchsuccess', (event) => {
      /** @type {any} */ (event).updateUI({ title: 'Ready to be watched' });
    });
    addEventListener('backgroundfetchclick', (event) => {
      const { registration } = /** @type {any} */ (event);
      Object.assign(self, { clicked: registration.id });
    });
  });
  // Several connections share the work: what is short is not shown at all.
  const file = { name: 'ends', size: 64 * kMiB, switches: `rate=${kMiB}` };
  await startFetch(page, 'ends', [urlOf(server.origin, file)], { title: 'A film' });
  await untilShown('shown.length === 1');
  server.setSwitches('ends', `rate=${64 * kMiB}`);
  const [last] = await untilShown('shown[0]?.title === "Ready to be watched"');
  assert.equal(last.body, 'Done');
  assert.deepEqual(last.actions, []);
  assert.equal(await click(''), false);
  assert.equal(await runInWorker(page, kScope, () => /** @type {any} */ (self).clicked), 'ends');
  await untilShown('shown.length === 0');
});

test('off by the setting, nothing is shown', { skip }, async () => {
  const scope = '/pages/quiet/';
  await registerRunner(page, { scope, settings: { notifications: false, connections: 1 } });
  const isSilent = await runInWorker(page, scope, () => {
    const event = new Event('notificationclick', { cancelable: true });
    Object.assign(event, { notification: { tag: 'background-fetch-polyfill:x' }, action: '' });
    let isSeen = false;
    addEventListener('notificationclick', () => (isSeen = true), { once: true });
    dispatchEvent(event);
    return isSeen;
  });
  assert.equal(isSilent, true);

  const switches = `rate=${kMiB}`;
  const unseen = urlOf(server.origin, { name: 'unseen', size: 64 * kMiB, switches });
  await page.run(async ({ scope, unseen }) => {
    const worker = await navigator.serviceWorker.getRegistration(scope);
    const download = await worker?.backgroundFetch.fetch('unseen', [unseen]);
    const moves = () => new Promise((resolve) => {
      download?.addEventListener('progress', resolve, { once: true });
    });
    Object.assign(self, { moves });
    await moves();
  }, { scope, unseen });
  // One that begins later, where they are on, is shown by now.
  await startFetch(page, 'seen', [urlOf(server.origin, {
    name: 'seen', size: 64 * kMiB, switches,
  })]);
  await untilShown('shown.length === 1');
  await page.run(() => /** @type {any} */ (self).moves());
  assert.equal(await runInWorker(page, scope, async () => {
    // @ts-expect-error: a worker's global
    return (await registration.getNotifications()).length;
  }), 0);
  for (const [where, id] of [[scope, 'unseen'], [kScope, 'seen']]) {
    await runInWorker(page, where, async (id) => {
      // @ts-expect-error: a worker's global
      const download = await registration.backgroundFetch.get(id);
      await download.abort();
    }, id);
  }
});
