import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { installExtras } from '../../js/shared/extras.js';
import { makeManager } from '../../js/shared/manager.js';
import { transfer } from '../../js/shared/transfer.js';
import { FakeChannel, makeSettled, makeMatched, makeSnapshot } from './fake-channel.mjs';

/** @type {FakeChannel} */
let channel;
/** @type {any} */
let registration;
/** @type {string[]} What was done, in order. */
let done;
/** @type {any} */
const cache = {
  put: async (/** @type {Request} */ { url }, /** @type {Response} */ response) => {
    done.push(`put ${new URL(url).pathname} ${await response.text()}`);
  },
};

before(() => installExtras(globalThis));

beforeEach(async () => {
  done = [];
  channel = new FakeChannel();
  channel.answers.get = () => makeSnapshot();
  channel.answers.match = () => [0, 1, 2].map(makeMatched);
  channel.answers.responses = ({ records }) =>
    records.map((/** @type {number} */ record) => makeSettled(record, `body ${record}`));
  channel.answers.release = ({ uid, record }) => {
    done.push(`release ${uid} ${record}`);
    return true;
  };
  registration = await makeManager(channel).get('film');
});

test('each record is released when it is in the Cache, and not before', async () => {
  await transfer(registration, cache);
  assert.deepEqual(done.filter((each) => each.startsWith('put')),
    ['put /0 body 0', 'put /1 body 1', 'put /2 body 2']);
  for (const record of [0, 1, 2]) {
    const put = done.indexOf(`put /${record} body ${record}`);
    assert.ok(done.indexOf(`release uid-1 ${record}`) > put, String(record));
  }
});

test('what was moved before is left out, what cannot be moved stays, the rest is moved', async () => {
  const gone = { name: 'InvalidStateError', message: 'moved' };
  channel.answers.responses = () => [
    { ...makeSettled(0, ''), head: null, body: null, error: gone },
    makeSettled(1, 'refused'),
    makeSettled(2, 'good'),
  ];
  const picky = {
    put: async (/** @type {Request} */ request, /** @type {Response} */ response) => {
      if (request.url.endsWith('/1')) throw new DOMException('full', 'QuotaExceededError');
      await cache.put(request, response);
    },
  };
  await assert.rejects(transfer(registration, /** @type {any} */ (picky)),
    { name: 'QuotaExceededError' });
  assert.deepEqual(done, ['put /2 good', 'release uid-1 2']);
});

test('a response that is an error is not moved', async () => {
  const bad = makeSettled(1, '');
  channel.answers.responses = () => [
    makeSettled(0, 'a'), { ...bad, head: { ...bad.head, status: 404 } }, makeSettled(2, 'c'),
  ];
  await assert.rejects(transfer(registration, cache), { name: 'TypeError', message: /404/ });
  assert.deepEqual(done.filter((each) => each.startsWith('release')),
    ['release uid-1 0', 'release uid-1 2']);
});

test('a native registration is copied', async () => {
  const native = {
    matchAll: async () => [
      { request: new Request('https://example.test/n'),
        responseReady: Promise.resolve(new Response('native')) },
    ],
  };
  await transfer(/** @type {any} */ (native), cache);
  assert.deepEqual(done, ['put /n native']);
});
