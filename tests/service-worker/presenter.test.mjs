import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Presenter, kNotificationTexts } from '../../js/service-worker/presenter.js';
import { makeSnapshot } from '../page/fake-channel.mjs';

/** @type {Presenter} */
let presenter;

beforeEach(() => {
  presenter = new Presenter(kNotificationTexts);
});

/** @param {any} snapshot @param {number} now @returns {any} */
function progress(snapshot, now) {
  return presenter.progress(snapshot, now);
}

/** @param {object} changes @param {number} now @returns {string | undefined} */
function bodyAt(changes, now) {
  return progress(makeSnapshot(changes), now)?.options?.body;
}

/** @param {number} fraction */
function percent(fraction) {
  return new Intl.NumberFormat(undefined, { style: 'percent' }).format(fraction);
}

test('what is short is not shown, and what moves is shown calmly', () => {
  assert.equal(bodyAt({ downloaded: 0 }, 0), undefined);
  assert.equal(bodyAt({ downloaded: 299 }, 2999), undefined);
  assert.equal(bodyAt({ downloaded: 300 }, 3000), percent(0.3));
  assert.equal(bodyAt({ downloaded: 400 }, 4999), undefined);
  assert.equal(bodyAt({ downloaded: 409 }, 5000), percent(0.4));
});

test('what is shown later says when', () => {
  assert.equal(progress(makeSnapshot({ downloaded: 0 }), 0), 3000);
  bodyAt({ downloaded: 300 }, 3000);
  assert.equal(progress(makeSnapshot({ downloaded: 300, paused: true }), 3600), 5000);
  assert.equal(progress(makeSnapshot({ downloaded: 300 }), 3600), Infinity);
});

test('what would say the same is not shown again', () => {
  bodyAt({ downloaded: 0 }, 0);
  assert.equal(bodyAt({ downloaded: 300 }, 3000), percent(0.3));
  assert.equal(bodyAt({ downloaded: 309 }, 9000), undefined);
});

test('an active fetch can be paused or resumed, and cancelled', () => {
  progress(makeSnapshot(), 0);
  const running = progress(makeSnapshot({ title: 'A film' }), 3000);
  assert.equal(running?.title, 'A film');
  const { actions, tag, silent, icon } = /** @type {any} */ (running?.options);
  assert.deepEqual(actions.map((/** @type {any} */ { action }) => action), ['pause', 'cancel']);
  assert.deepEqual({ tag, silent, icon },
    { tag: 'background-fetch-polyfill:uid-1', silent: true, icon: undefined });
  const paused = progress(makeSnapshot({ paused: true }), 6000)?.options;
  assert.match(String(paused?.body), /^Paused · /);
  assert.deepEqual(paused?.actions.map(({ action }) => action), ['resume', 'cancel']);
});

test('without a title it is the id, without a total bytes are counted', () => {
  progress(makeSnapshot(), 0);
  const shown = progress(makeSnapshot({ downloaded: 7_400_000, downloadTotal: 0 }), 3000);
  assert.equal(shown?.title, 'film');
  assert.match(String(shown?.options?.body), /^7\D+$/);
});

test('a button shows at once what came of it', () => {
  bodyAt({ downloaded: 0 }, 0);
  bodyAt({ downloaded: 300 }, 3000);
  presenter.hurry('uid-1');
  assert.match(String(bodyAt({ downloaded: 300, paused: true }, 3001)), /^Paused/);
});

test('what the user has closed does not come back', () => {
  bodyAt({ downloaded: 0 }, 0);
  bodyAt({ downloaded: 300 }, 3000);
  presenter.dismiss('uid-1');
  assert.equal(bodyAt({ downloaded: 900 }, 1e9), undefined);
});

test('the end has no buttons, and says what updateUI() was given', () => {
  const icon = { src: '/done.png', sizes: '', type: '', label: '' };
  const done = makeSnapshot({ result: 'success', title: 'A film' });
  const shown = presenter.end(done, { title: 'Ready', icons: [icon] });
  assert.equal(shown?.title, 'Ready');
  assert.equal(shown?.options.icon, '/done.png');
  assert.equal(shown?.options?.body, 'Done');
  assert.deepEqual(shown?.options.actions, []);
  assert.equal(presenter.end(done)?.title, 'A film');
  assert.equal(presenter.end(done, { title: undefined, icons: [icon] })?.title, 'A film');
  const failed = makeSnapshot({ result: 'failure', failureReason: 'bad-status' });
  assert.equal(presenter.end(failed)?.options?.body, kNotificationTexts.failure);
});

test('of what was cancelled nothing is left', () => {
  assert.equal(presenter.end(makeSnapshot({ result: 'failure', failureReason: 'aborted' })), null);
});
