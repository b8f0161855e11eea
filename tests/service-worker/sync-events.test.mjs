import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { kSyncTag } from '../../js/shared/background-sync.js';
import { answerSyncs } from '../../js/service-worker/sync-events.js';

/** @type {any} */
let worker;
/** @type {boolean} */
let isDone;
/** @type {string[]} What the app's own listener has seen. */
let seenByApp;
/** @type {Promise<unknown>[]} */
let extensions;
/** @type {string[]} */
let unregistered;

beforeEach(() => {
  seenByApp = [];
  extensions = [];
  unregistered = [];
  isDone = true;
  worker = Object.assign(new EventTarget(), {
    registration: {
      periodicSync: { unregister: async (/** @type {string} */ tag) => unregistered.push(tag) },
    },
  });
  answerSyncs(worker, async () => isDone, async (work) => void (await work));
  for (const type of ['sync', 'periodicsync']) {
    worker.addEventListener(type, ({ tag }) => seenByApp.push(tag));
  }
});

/** @param {string} type @param {string} tag */
function dispatch(type, tag) {
  worker.dispatchEvent(Object.assign(new Event(type), {
    tag,
    waitUntil: (/** @type {Promise<unknown>} */ promise) => extensions.push(promise),
  }));
}

test('the app\'s own syncs are the app\'s alone', () => {
  for (const type of ['sync', 'periodicsync']) dispatch(type, 'outbox');
  assert.deepEqual(seenByApp, ['outbox', 'outbox']);
  assert.deepEqual(extensions, []);
});

test('a sync is done when the work is, and the app does not see it', async () => {
  dispatch('sync', kSyncTag);
  assert.deepEqual(seenByApp, []);
  await extensions[0];
});

test('a sync fails when work remains, so that the browser tries again later', async () => {
  isDone = false;
  dispatch('sync', kSyncTag);
  await assert.rejects(extensions[0]);
});

test('what a sync fails with is not the app\'s, its own failures are', async () => {
  isDone = false;
  dispatch('sync', kSyncTag);
  const ours = await extensions[0].catch((error) => error);
  /** @type {unknown[]} */
  const heard = [];
  worker.addEventListener('unhandledrejection', (/** @type {any} */ { reason }) => heard.push(reason));
  for (const reason of [ours, 'theirs']) {
    const event = new Event('unhandledrejection', { cancelable: true });
    worker.dispatchEvent(Object.assign(event, { reason }));
    assert.equal(event.defaultPrevented, reason === ours);
  }
  assert.deepEqual(heard, ['theirs']);
});

test('a periodic sync ends for good when nothing is left to do', async () => {
  isDone = false;
  dispatch('periodicsync', kSyncTag);
  await extensions[0];
  assert.deepEqual(unregistered, []);
  isDone = true;
  dispatch('periodicsync', kSyncTag);
  await extensions[1];
  assert.deepEqual(unregistered, [kSyncTag]);
});
