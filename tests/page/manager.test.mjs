import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { adopt, makeManager } from '../../js/shared/manager.js';
import { FakeChannel, makeSnapshot } from './fake-channel.mjs';

const kUrl = 'https://example.test/film';

/** @type {FakeChannel} */
let channel;
/** @type {import('../../js/shared/manager.js').BackgroundFetchManager} */
let manager;

beforeEach(() => {
  channel = new FakeChannel();
  channel.answers.checkId = () => null;
  channel.answers.fetch = (/** @type {any} */ { uid, options: { id } }) =>
    makeSnapshot({ uid, id });
  manager = makeManager(channel, false);
});

test('fetch sends options, requests and bodies, and gives the registration', async () => {
  const request = new Request(kUrl, { method: 'POST', body: 'hello' });
  const registration = await manager.fetch('film', [kUrl, request], {
    title: 'A film',
    icons: [{ src: 'https://example.test/icon.png' }],
    downloadTotal: '82',
  });
  assert.equal(registration.id, 'film');
  const { options, requests } = channel.asked('fetch')[0].fields;
  assert.deepEqual(options, {
    id: 'film',
    title: 'A film',
    icons: [{ src: 'https://example.test/icon.png', sizes: '', type: '', label: '' }],
    downloadTotal: 82,
  });
  assert.equal(requests[0].body, null);
  assert.equal(await requests[1].body.text(), 'hello');
});

test('an active id is refused before bodies are read', async (t) => {
  const blob = t.mock.method(Request.prototype, 'blob');
  channel.answers.checkId = () => {
    throw new TypeError('active');
  };
  const request = new Request(kUrl, { method: 'POST', body: 'hello' });
  await assert.rejects(manager.fetch('film', request), { message: 'active' });
  assert.equal(blob.mock.callCount(), 0);
  assert.equal(channel.asked('fetch').length, 0);
});

test('wrong arguments reject and ask nobody', async () => {
  const { fetch, get } = /** @type {any} */ (manager);
  for (const call of [
    () => fetch.call(manager),
    () => fetch.call(manager, 'film'),
    () => fetch.call(manager, '', kUrl),
    () => fetch.call(manager, 'film', []),
    () => fetch.call(manager, 'film', kUrl, 1),
    () => fetch.call(manager, 'film', kUrl, { icons: {} }),
    () => get.call(manager),
    () => get.call(manager, ''),
  ]) {
    await assert.rejects(call(), TypeError, String(call));
  }
  assert.deepEqual(channel.questions, []);
});

test('all arguments are converted, from left to right, before any is looked at', async () => {
  /** @type {string[]} */
  const read = [];
  const note = (/** @type {string} */ name, /** @type {any} */ value) => {
    read.push(name);
    return value;
  };
  const id = { toString: () => note('id', '') };
  const requests = { [Symbol.iterator]: () => note('requests', [][Symbol.iterator]()) };
  const options = {
    get downloadTotal() {
      return note('downloadTotal', 0);
    },
    get icons() {
      return note('icons', undefined);
    },
    get title() {
      return note('title', '');
    },
  };
  await assert.rejects(manager.fetch(/** @type {any} */ (id), requests, options), TypeError);
  assert.deepEqual(read, ['id', 'requests', 'icons', 'title', 'downloadTotal']);
});

test('where the permission is denied, fetch() alone is a NotAllowedError', async () => {
  const denied = makeManager(channel, true);
  await assert.rejects(denied.fetch('film', kUrl), { name: 'NotAllowedError' });
  await assert.rejects(denied.fetch('film', []), { name: 'TypeError' });
  channel.answers.getIds = () => [];
  assert.deepEqual(await denied.getIds(), []);
  assert.equal(channel.asked('fetch').length, 0);
});

test('one fetch is one object, however it is met', async () => {
  const registration = await manager.fetch('film', kUrl);
  const { uid } = channel.asked('fetch')[0].fields;
  channel.answers.get = () => makeSnapshot({ uid });
  assert.equal(await manager.get('film'), registration);
  assert.equal(adopt(manager, makeSnapshot({ uid })), registration);
});

test('a snapshot that comes as an answer does not change an object that is there', async () => {
  const registration = await manager.fetch('film', kUrl);
  const { uid } = channel.asked('fetch')[0].fields;
  channel.answers.get = () => makeSnapshot({ uid, downloaded: 10 });
  await manager.get('film');
  assert.equal(registration.downloaded, 0);
});

test('the same id used again is another object', async () => {
  const first = await manager.fetch('film', kUrl);
  const second = await manager.fetch('film', kUrl);
  assert.notEqual(first, second);
});

test('fetches are watched until their records are gone', async () => {
  adopt(manager, makeSnapshot({ uid: 'a' }));
  adopt(manager, makeSnapshot({ uid: 'b' }));
  adopt(manager, makeSnapshot({ uid: 'c', recordsAvailable: false }));
  assert.deepEqual(channel.watchedUids(), ['a', 'b']);
  channel.tell({ changes: [makeSnapshot({ uid: 'a', result: 'success' })] });
  assert.deepEqual(channel.watchedUids(), ['a', 'b']);
  channel.tell({
    changes: [makeSnapshot({ uid: 'a', result: 'success', recordsAvailable: false })],
    gone: ['b', 'unknown'],
  });
  assert.deepEqual(channel.watchedUids(), []);
});

test('get of an unknown id is undefined, getIds are the answer', async () => {
  channel.answers.get = () => null;
  channel.answers.getIds = () => ['film', 'song'];
  assert.equal(await manager.get('film'), undefined);
  assert.deepEqual(await manager.getIds(), ['film', 'song']);
});
