import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { followPage } from '../../js/page/page-events.js';
import { kBroadcastName } from '../../js/shared/messages.js';

/** @type {EventTarget} */
let scope;
/** @type {string[]} */
let calls;
/** @type {{postMessage: (data: unknown) => void, isClosed: boolean}[]} */
let ends;

beforeEach(() => {
  calls = [];
  ends = [];
  class FakeBroadcastChannel {
    isClosed = false;
    onmessage = (/** @type {{data: unknown}} */ _) => {};

    /** @param {string} name */
    constructor(name) {
      assert.equal(name, kBroadcastName);
      ends.push(this);
    }

    /** @param {unknown} data */
    postMessage(data) {
      this.onmessage({ data });
    }

    close() {
      this.isClosed = true;
    }
  }
  scope = Object.assign(new EventTarget(), { BroadcastChannel: FakeBroadcastChannel });
  const channel = /** @type {any} */ ({
    suspend: () => calls.push('suspend'),
    resume: () => calls.push('resume'),
    wakeIfWorking: () => calls.push('wake'),
  });
  followPage(/** @type {any} */ (scope), [channel], (of) => calls.push(`work began in ${of}`));
});

test('the page hears where work has begun, but not while it is hidden away', () => {
  ends[0].postMessage('a');
  assert.deepEqual(calls, ['work began in a']);
  scope.dispatchEvent(new Event('pagehide'));
  assert.deepEqual(ends.map(({ isClosed }) => isClosed), [true]);
  scope.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  assert.deepEqual(ends.map(({ isClosed }) => isClosed), [true, false]);
  ends[1].postMessage('b');
  assert.equal(calls.at(-1), 'work began in b');
});

test('pagehide suspends; only a page from the back/forward cache resumes', () => {
  scope.dispatchEvent(new Event('pageshow'));
  scope.dispatchEvent(new Event('pagehide'));
  scope.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  assert.deepEqual(calls, ['suspend', 'resume']);
});

test('a page that is back on the network wakes the worker', () => {
  scope.dispatchEvent(new Event('online'));
  assert.deepEqual(calls, ['wake']);
});
