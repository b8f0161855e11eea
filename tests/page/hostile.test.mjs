// Arguments of every wrong type and size: what Web IDL refuses is a TypeError,
// what an app's own code throws comes back as it was thrown, and nobody is asked.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { makeManager } from '../../js/shared/manager.js';
import { toInfo, toRequest } from '../../js/shared/request.js';
import { FakeChannel, makeSnapshot } from './fake-channel.mjs';

const kUrl = 'https://example.test/film';
const kMiB = 1024 * 1024;

/** What an app's own code throws. */
const kThrown = Object.freeze({ thrown: true });

/** @type {FakeChannel} */
let channel;
/** @type {any} */
let manager;

beforeEach(() => {
  channel = new FakeChannel();
  channel.answers.checkId = () => null;
  // As the message does on its way: what cannot be cloned is an error.
  channel.answers.fetch = (/** @type {any} */ fields) => {
    const { uid, options } = structuredClone(fields);
    return makeSnapshot({ uid, id: options.id });
  };
  channel.answers.get = (/** @type {any} */ { id }) => makeSnapshot({ uid: id, id });
  channel.answers.match = () => [];
  manager = makeManager(channel, false);
});

function throwIt() {
  throw kThrown;
}

/** @param {string} name @returns {any} */
function throwingMember(name) {
  return Object.defineProperty({}, name, { get: throwIt, enumerable: true });
}

/** @returns {any} */
function revokedProxy() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Every trap throws. @returns {any} */
function throwingProxy() {
  return new Proxy({}, new Proxy({}, { get: throwIt }));
}

/** @returns {any} */
function cyclicArray() {
  /** @type {any[]} */
  const items = [];
  items.push(items);
  return items;
}

/** @returns {any} */
function cyclicOptions() {
  /** @type {any} */
  const options = {};
  options.icons = [options];
  return options;
}

/** @param {any} error @returns {Request} */
function requestThatBreaksWith(error) {
  const body = new ReadableStream({ pull: (controller) => controller.error(error) });
  return new Request(kUrl, /** @type {any} */ ({ method: 'POST', body, duplex: 'half' }));
}

/** @returns {Request} */
function lockedRequest() {
  const request = new Request(kUrl, { method: 'POST', body: 'hello' });
  request.body?.getReader();
  return request;
}

/** @type {Record<string, () => any[]>} */
const kRefused = {
  'no arguments': () => [],
  'a symbol as id': () => [Symbol('id'), kUrl],
  'an id that is no string': () => [Object.create(null), kUrl],
  'a revoked proxy as id': () => [revokedProxy(), kUrl],
  'requests that hold themselves': () => ['film', cyclicArray()],
  'a symbol among the requests': () => ['film', [kUrl, Symbol('request')]],
  'null as requests': () => ['film', null],
  'a revoked proxy as requests': () => ['film', revokedProxy()],
  'an iterator that is none': () => ['film', { [Symbol.iterator]: () => 1 }],
  'an array-like': () => ['film', { length: 1, 0: kUrl, toString: () => 'http://[' }],
  'a locked body': () => ['film', lockedRequest()],
  'a body that breaks with an error': () => ['film', requestThatBreaksWith(new Error('broken'))],
  'a body that breaks with nothing': () => ['film', requestThatBreaksWith(undefined)],
  'a body that breaks with a symbol': () => ['film', requestThatBreaksWith(Symbol('broken'))],
  'a body that breaks with what cannot be shown': () => [
    'film', requestThatBreaksWith({ toString: throwIt }),
  ],
  'a number as options': () => ['film', kUrl, 1],
  'a string as options': () => ['film', kUrl, 'title'],
  'a symbol as options': () => ['film', kUrl, Symbol('options')],
  'a revoked proxy as options': () => ['film', kUrl, revokedProxy()],
  'options that hold themselves': () => ['film', kUrl, cyclicOptions()],
  'a string as icons': () => ['film', kUrl, { icons: 'icon' }],
  'an icon that is no object': () => ['film', kUrl, { icons: [1] }],
  'an icon without a source': () => ['film', kUrl, { icons: [{ sizes: '1x1' }] }],
  'a symbol as title': () => ['film', kUrl, { title: Symbol('title') }],
  'a symbol as downloadTotal': () => ['film', kUrl, { downloadTotal: Symbol('total') }],
  'a bigint as downloadTotal': () => ['film', kUrl, { downloadTotal: 1n }],
};

for (const [name, makeArguments] of Object.entries(kRefused)) {
  test(`refused with TypeError, and nothing is registered: ${name}`, async () => {
    await assert.rejects(manager.fetch(...makeArguments()), TypeError);
    assert.deepEqual(channel.asked('fetch'), []);
  });
}

/** @type {Record<string, () => any[]>} */
const kThrowing = {
  'an id': () => [{ toString: throwIt }, kUrl],
  'a request': () => ['film', { toString: throwIt }],
  'an iterator': () => ['film', { [Symbol.iterator]: throwIt }],
  'an iterator in the middle': () => ['film', (function* () {
    yield kUrl;
    throwIt();
  })()],
  'proxies': () => ['film', throwingProxy()],
  'a proxy as options': () => ['film', kUrl, throwingProxy()],
  'icons': () => ['film', kUrl, throwingMember('icons')],
  'an icon': () => ['film', kUrl, { icons: [throwingMember('label')] }],
  'title': () => ['film', kUrl, throwingMember('title')],
  'downloadTotal': () => ['film', kUrl, throwingMember('downloadTotal')],
  'a number': () => ['film', kUrl, { downloadTotal: { valueOf: throwIt } }],
};

for (const [name, makeArguments] of Object.entries(kThrowing)) {
  test(`what the app's own code throws comes back as it is, asking nobody: ${name}`, async () => {
    await assert.rejects(manager.fetch(...makeArguments()), (error) => error === kThrown);
    assert.deepEqual(channel.questions, []);
  });
}

test('match() and matchAll() refuse what Web IDL refuses', async () => {
  const registration = await manager.fetch('film', kUrl);
  for (const options of [1, 'title', Symbol('options'), revokedProxy()]) {
    await assert.rejects(registration.match(kUrl, options), TypeError);
    await assert.rejects(registration.matchAll(undefined, options), TypeError);
  }
  await assert.rejects(registration.match(kUrl, throwingMember('ignoreVary')),
    (error) => error === kThrown);
  await assert.rejects(registration.match(Symbol('request')), TypeError);
  assert.deepEqual(channel.asked('match'), []);
});

test('large arguments reach the engine, which has limits for them, whole', async () => {
  const id = 'i'.repeat(kMiB);
  const urls = Array.from({ length: 100_001 }, (_, index) => `https://example.test/${index}`);
  await manager.fetch(id, urls, { title: 't'.repeat(kMiB) });
  const { options, requests } = channel.asked('fetch')[0].fields;
  assert.equal(options.id, id);
  assert.equal(options.title.length, kMiB);
  assert.equal(requests.length, urls.length);
});

test('a buffer that is detached later was copied before', async () => {
  const { buffer } = new Uint8Array([1, 2, 3]);
  const request = new Request(kUrl, { method: 'POST', body: buffer });
  structuredClone(buffer, { transfer: [buffer] });
  await manager.fetch('film', request);
  const [{ info, body }] = channel.asked('fetch')[0].fields.requests;
  assert.equal(info.bodyLength, 3);
  assert.deepEqual(new Uint8Array(await body.arrayBuffer()), new Uint8Array([1, 2, 3]));
});

test('any string is an id, and comes back as it is: lone surrogates, zeros, what we make of them',
  async () => {
    const ids = ['a\uD800b', '\uDC00', '\uD800', '🎬', '\0', '\x0055296\0', 'a\0b\uDFFF', '__proto__'];
    /** @type {Set<string>} */
    const carried = new Set();
    for (const id of ids) {
      assert.equal((await manager.fetch(id, kUrl)).id, id);
      assert.equal((await manager.get(id)).id, id);
      const [question] = channel.asked('get').slice(-1);
      assert.equal(/\p{Cs}/u.test(question.fields.id), false);
      carried.add(question.fields.id);
    }
    assert.equal(carried.size, ids.length);
    channel.answers.getIds = () => [...carried];
    assert.deepEqual(await manager.getIds(), ids);
  });

/**
 * What a script that merges the wrong object leaves behind.
 *
 * @template Result
 * @param {object} polluted
 * @param {() => Result} run
 * @returns {Promise<Awaited<Result>>}
 */
async function withPrototype(polluted, run) {
  Object.assign(Object.prototype, polluted);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(polluted)) delete /** @type {any} */ (Object.prototype)[name];
  }
}

test('options that are not given are not read from Object.prototype', async () => {
  const registration = await manager.fetch('first', kUrl);
  const polluted = {
    title: 'evil', icons: [1], downloadTotal: 1, totalDownload: 2,
    ignoreMethod: true, ignoreSearch: true, ignoreVary: true,
  };
  await withPrototype(polluted, async () => {
    await manager.fetch('film', kUrl);
    await registration.match(kUrl);
  });
  const [before, after] = channel.asked('fetch').map(({ fields }) => fields);
  assert.deepEqual(after.options, { ...before.options, id: 'film' });
  const { ignoreMethod, ignoreSearch, ignoreVary } = channel.asked('match')[0].fields.query;
  assert.deepEqual([ignoreMethod, ignoreSearch, ignoreVary], [false, false, false]);
});

test('a stored request is made again without what Object.prototype says', async () => {
  const { info } = await toInfo(new Request(kUrl, { headers: { accept: 'film/*' } }));
  const request = await withPrototype({ duplex: 'evil' }, () => toRequest(info, null));
  assert.deepEqual([...request.headers], [['accept', 'film/*']]);
});
