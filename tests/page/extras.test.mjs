import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { installExtras, isPaused, pause, resume } from '../../js/shared/extras.js';
import { installedExtras } from '../../js/shared/extras-key.js';
import { makeManager } from '../../js/shared/manager.js';
import { FakeChannel, makeSnapshot } from './fake-channel.mjs';

/** @type {FakeChannel} */
let channel;
/** @type {any} */
let registration;
/** @type {string[]} What the object has told, and showed then. */
let heard;

before(() => installExtras(globalThis));

beforeEach(async () => {
  channel = new FakeChannel();
  channel.answers.get = () => makeSnapshot();
  channel.answers.pause = () => true;
  registration = await makeManager(channel).get('film');
  heard = [];
  for (const type of ['progress', 'pause', 'resume']) {
    registration.addEventListener(type, () => heard.push(`${type} ${isPaused(registration)}`));
  }
});

/** @param {Parameters<typeof makeSnapshot>[0]} changes */
function tell(changes) {
  channel.tell({ changes: [makeSnapshot(changes)] });
}

test('pause and resume ask by uid, and hold as soon as they have resolved', async () => {
  assert.equal(await pause(registration), true);
  assert.equal(isPaused(registration), true);
  assert.equal(await resume(registration), true);
  assert.equal(isPaused(registration), false);
  assert.deepEqual(channel.asked('pause').map(({ fields }) => fields), [
    { uid: 'uid-1', paused: true },
    { uid: 'uid-1', paused: false },
  ]);
  assert.deepEqual(heard, ['pause true', 'resume false']);
});

test('news of the same pause, or pausing twice, are no second event', async () => {
  await pause(registration);
  tell({ paused: true });
  assert.equal(await pause(registration), true);
  assert.deepEqual(heard, ['pause true']);
});

test('what another page pauses is an event here, and no progress', () => {
  tell({ paused: true });
  tell({ paused: true, downloaded: 5 });
  tell({ paused: false, downloaded: 5 });
  assert.deepEqual(heard, ['pause true', 'progress true', 'resume false']);
});

test('a fetch that has settled is neither paused nor told to', async () => {
  tell({ paused: true });
  tell({ paused: true, result: 'failure', failureReason: 'aborted' });
  channel.answers.pause = () => false;
  assert.equal(isPaused(registration), false);
  assert.equal(await pause(registration), false);
  assert.equal(isPaused(registration), false);
  assert.deepEqual(heard, ['pause true', 'progress false']);
});

test('a fetch that settles while the question is open keeps its result', async () => {
  channel.answers.pause = () => {
    tell({ result: 'success' });
    return true;
  };
  await pause(registration);
  assert.equal(registration.result, 'success');
  assert.deepEqual(heard, ['progress false']);
});

test('who follows is told of what is known, of news, and of what others began', async () => {
  const manager = makeManager(channel);
  await manager.get('film');
  /** @type {string[]} */
  const told = [];
  const stop = installedExtras()?.follow(manager, (each) => {
    told.push(`${each.id} ${each.downloaded} ${each.recordsAvailable}`);
  });
  tell({ downloaded: 5 });
  channel.tell({ changes: [makeSnapshot({ uid: 'uid-2', id: 'song' })] });
  channel.tell({ changes: [makeSnapshot({ uid: 'uid-3', id: 'gone', recordsAvailable: false })] });
  channel.tell({ gone: ['uid-2'] });
  assert.deepEqual(told, ['film 0 true', 'film 5 true', 'song 0 true', 'song 0 false']);
  stop?.();
  tell({ downloaded: 9 });
  assert.equal(told.length, 4);
});

test('a click is asked with all that is shown', async () => {
  channel.answers.click = () => null;
  tell({ downloaded: 7 });
  await installedExtras()?.click(registration);
  assert.deepEqual(channel.asked('click')[0].fields, { snapshot: makeSnapshot({ downloaded: 7 }) });
});

test('a native registration is NotSupportedError, anything else TypeError', async () => {
  const native = { [Symbol.toStringTag]: 'BackgroundFetchRegistration' };
  for (const refuse of [pause, resume, async (/** @type {any} */ value) => isPaused(value)]) {
    await assert.rejects(refuse(/** @type {any} */ (native)), { name: 'NotSupportedError' });
    for (const value of [undefined, null, 'film', {}]) {
      await assert.rejects(refuse(/** @type {any} */ (value)), TypeError);
    }
  }
});

test('a copy of the package that has not installed uses the hands of the one that has', async () => {
  const copy = await import(`../../js/shared/extras.js?${'another copy'}`);
  assert.notEqual(copy.pause, pause);
  assert.equal(await copy.pause(registration), true);
  assert.equal(copy.isPaused(registration), true);
});
