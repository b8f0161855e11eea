import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followPage } from '../../js/page/page-events.js';
import { makeWorkBegan } from '../../js/shared/messages.js';

/** What happens after listeners are in place. */
function follow() {
  const scope = new EventTarget();
  const container = new EventTarget();
  /** @type {string[]} */
  const calls = [];
  const channel = /** @type {any} */ ({
    suspend: () => calls.push('suspend'),
    resume: () => calls.push('resume'),
  });
  followPage(scope, container, [channel], () => calls.push('work began'));
  container.addEventListener('message', () => calls.push('app'));
  return { scope, container, calls };
}

test('our message is ours alone, every other the app\'s alone', () => {
  const { container, calls } = follow();
  container.dispatchEvent(new MessageEvent('message', { data: makeWorkBegan() }));
  assert.deepEqual(calls, ['work began']);
  for (const data of [null, 'text', { type: 'update' }, { backgroundFetchPolyfill: 'settings' }]) {
    calls.length = 0;
    container.dispatchEvent(new MessageEvent('message', { data }));
    assert.deepEqual(calls, ['app']);
  }
});

test('pagehide suspends; only a page from the back/forward cache resumes', () => {
  const { scope, calls } = follow();
  scope.dispatchEvent(new Event('pageshow'));
  scope.dispatchEvent(new Event('pagehide'));
  scope.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  assert.deepEqual(calls, ['suspend', 'resume']);
});
