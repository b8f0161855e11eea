import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { Notifications } from '../../js/service-worker/notifications.js';
import { makeSnapshot } from '../page/fake-channel.mjs';
import { FakeEngine, promisesSettle } from './fake-engine.mjs';

/** @type {any} */
let worker;
/** @type {FakeEngine} */
let engine;
/** @type {{name: string, fields: any}[]} */
let questions;
/** @type {any[]} Open ones. */
let open;
/** @type {() => void} */
let announce;
/** @type {any[]} */
let changes;
/** Of performance.now(). */
let time = 0;
/** @type {Notifications} */
let notifications;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
  time = 0;
  mock.method(performance, 'now', () => time);
  engine = new FakeEngine();
  questions = [];
  open = [];
  changes = [];
  worker = new EventTarget();
  worker.Notification = { permission: 'granted' };
  worker.registration = {
    showNotification: async (/** @type {string} */ title, /** @type {any} */ options) => {
      open = open.filter(({ tag }) => tag !== options.tag);
      open.push({ title, ...options, close: () => (open = []) });
    },
    getNotifications: async (/** @type {any} */ filter) => (
      open.filter(({ tag }) => tag === filter.tag)),
  };
  Object.assign(engine, { sequence: () => 1, changesSince: () => changes });
  const session = { query: (/** @type {any} */ question) => question(engine) };
  notifications = new Notifications({
    worker,
    host: /** @type {any} */ ({
      session, watch: (/** @type {any} */ listener) => (announce = listener),
    }),
    questions: /** @type {any} */ ({
      answer: async (/** @type {string} */ name, /** @type {any} */ fields) => {
        questions.push({ name, fields });
        return true;
      },
    }),
    lifetimeOf: (work) => work.then(() => {}),
    texts: {},
  });
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** @param {number} ms */
function pass(ms) {
  time += ms;
  mock.timers.tick(ms);
}

/** @param {object} snapshot @param {number} afterMs */
async function hear(snapshot, afterMs) {
  changes = [makeSnapshot(snapshot)];
  engine.snapshots['uid-1'] = changes[0];
  pass(afterMs);
  announce();
  pass(1000);
  await Promise.resolve();
}

async function showOne() {
  await hear({ downloaded: 0 }, 0);
  await hear({ downloaded: 300 }, 4000);
  assert.equal(open.length, 1);
}

/** @param {string} type @param {string} action @param {any} [notification] */
async function userDoes(type, action, notification = open[0]) {
  /** @type {Promise<unknown>[]} */
  const held = [];
  const event = Object.assign(new Event(type), {
    notification, action, waitUntil: (/** @type {any} */ work) => held.push(work),
  });
  let isSeen = false;
  worker.addEventListener(type, () => (isSeen = true), { once: true });
  worker.dispatchEvent(event);
  await Promise.all(held);
  return isSeen;
}

test('a fetch that takes its time is shown where that is permitted, and nobody is asked', async () => {
  await showOne();
  open = [];
  worker.Notification.permission = 'default';
  await hear({ downloaded: 600 }, 9000);
  assert.deepEqual(open, []);
});

test('buttons pause, resume and cancel, a click is a click, and the app sees none of it', async () => {
  await showOne();
  assert.equal(await userDoes('notificationclick', 'pause'), false);
  assert.equal(await userDoes('notificationclick', 'resume'), false);
  assert.equal(await userDoes('notificationclick', 'cancel'), false);
  assert.equal(await userDoes('notificationclick', ''), false);
  assert.deepEqual(questions.map(({ name, fields }) => [name, fields.uid, fields.paused]), [
    ['pause', 'uid-1', true], ['pause', 'uid-1', false], ['abort', 'uid-1', undefined],
    ['click', undefined, undefined],
  ]);
  assert.equal(questions[3].fields.snapshot.id, 'film');
});

test('a pause shows at once', async () => {
  await showOne();
  engine.snapshots['uid-1'] = makeSnapshot({ downloaded: 300, paused: true });
  await userDoes('notificationclick', 'pause');
  assert.match(open[0].body, /^Paused/);
});

test('the last that is heard of is shown when it is its time', async () => {
  await hear({ downloaded: 0 }, 0);
  assert.deepEqual(open, []);
  pass(3000);
  await promisesSettle();
  assert.equal(open.length, 1);
  await hear({ downloaded: 0, paused: true }, 0);
  assert.doesNotMatch(open[0].body, /^Paused/);
  pass(2000);
  await promisesSettle();
  assert.match(open[0].body, /^Paused/);
});

test('the end waits for what is just being shown', async () => {
  const { showNotification } = worker.registration;
  let show = () => {};
  worker.registration.showNotification = async (/** @type {any[]} */ ...values) => {
    worker.registration.showNotification = showNotification;
    await new Promise((resolve) => (show = () => resolve(null)));
    return showNotification(...values);
  };
  await hear({ downloaded: 0 }, 0);
  await hear({ downloaded: 300 }, 4000);
  const ended = notifications.end(makeSnapshot({ result: 'success' }));
  await promisesSettle();
  show();
  await ended;
  assert.deepEqual(open.map(({ body }) => body), ['Done']);
});

test('a service of notifications that hangs holds up no event', async () => {
  await showOne();
  const getNotifications = mock.fn(() => new Promise(() => {}));
  worker.registration.getNotifications = getNotifications;
  const ended = notifications.end(makeSnapshot({ result: 'success' }));
  await promisesSettle();
  pass(5000);
  await ended;
  worker.Notification.permission = 'denied';
  await notifications.end(makeSnapshot({ result: 'success' }));
  assert.equal(getNotifications.mock.callCount(), 1);
});

test('what the user has closed stays closed, and has no end to be shown', async () => {
  await showOne();
  const [notification] = open;
  open = [];
  assert.equal(await userDoes('notificationclose', '', notification), false);
  await hear({ downloaded: 900 }, 9000);
  await notifications.end(makeSnapshot({ result: 'success' }));
  assert.deepEqual(open, []);
});

test('the end takes the place of progress, and goes with a click', async () => {
  await showOne();
  await notifications.end(makeSnapshot({ result: 'success' }), { title: 'Ready' });
  assert.deepEqual(open.map(({ title, body }) => [title, body]), [['Ready', 'Done']]);
  await userDoes('notificationclick', '');
  assert.deepEqual(open, []);
  assert.equal(questions[0].name, 'click');
});

test('what is cancelled is taken away', async () => {
  await showOne();
  await notifications.end(makeSnapshot({ result: 'failure', failureReason: 'aborted' }));
  assert.deepEqual(open, []);
});

test('notifications of the app are the app\'s', async () => {
  const theirs = { tag: 'news', data: null };
  assert.equal(await userDoes('notificationclick', 'pause', theirs), true);
  assert.equal(await userDoes('notificationclose', '', theirs), true);
  assert.deepEqual(questions, []);
});

test('a browser that refuses to show one does not mind the fetch', async () => {
  worker.registration.showNotification = async () => {
    throw new TypeError('no');
  };
  await hear({ downloaded: 0 }, 0);
  await hear({ downloaded: 300 }, 4000);
  worker.registration.getNotifications = undefined;
  await notifications.end(makeSnapshot({ result: 'success' }));
});
