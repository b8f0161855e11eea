import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
      if (request.url.endsWith('/1')) throw new TypeError('Vary is *');
      await cache.put(request, response);
    },
  };
  await assert.rejects(transfer(registration, /** @type {any} */ (picky)), { name: 'TypeError' });
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

test('what the Cache says of its own state is not taken for moved before', async () => {
  const broken = {
    put: async () => {
      throw new DOMException('unexpected', 'InvalidStateError');
    },
  };
  await assert.rejects(transfer(registration, /** @type {any} */ (broken)),
    { name: 'InvalidStateError', message: 'unexpected' });
  assert.deepEqual(done, []);
});

/** @param {(url: string) => boolean} hasRoom */
function cacheWith(hasRoom) {
  /** @type {any} */
  const limited = {
    put: async (/** @type {Request} */ request, /** @type {Response} */ response) => {
      const path = new URL(request.url).pathname;
      await response.text();
      if (!hasRoom(path)) {
        done.push(`full ${path}`);
        throw new DOMException('full', 'QuotaExceededError');
      }
      done.push(`put ${path}`);
    },
  };
  return limited;
}

/** The first release is answered later, and makes room. */
function answerLate() {
  let answer = () => {};
  /** @type {Promise<void>} */
  const isAnswered = new Promise((resolve) => (answer = resolve));
  channel.answers.release = async (/** @type {any} */ { record }) => {
    if (record === 0) await isAnswered;
    done.push(`released ${record}`);
    return true;
  };
  return answer;
}

test('where the disk is full, what was moved is deleted first, and then it is put again', async () => {
  const answer = answerLate();
  const limited = cacheWith((path) => path !== '/1' || done.includes('released 0'));
  const transferred = transfer(registration, limited);
  while (!done.includes('full /1')) await new Promise((resolve) => setImmediate(resolve));
  answer();
  await transferred;
  assert.deepEqual(done.slice(0, 4), ['put /0', 'full /1', 'released 0', 'put /1']);
  assert.deepEqual(done.filter((each) => each.startsWith('put')), ['put /0', 'put /1', 'put /2']);
});

test('where the disk stays full it ends, and nothing more is put', async () => {
  await assert.rejects(transfer(registration, cacheWith((path) => path === '/0')),
    { name: 'QuotaExceededError' });
  assert.deepEqual(done, ['put /0', 'release uid-1 0', 'full /1', 'full /1']);
});

test('a release that fails is nobody\'s error', async (context) => {
  const unhandled = context.mock.fn();
  process.on('unhandledRejection', unhandled);
  channel.answers.release = () => {
    throw new DOMException('The engine has failed.', 'UnknownError');
  };
  await transfer(registration, cache);
  // Node tells when a turn is over.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  assert.deepEqual(done, ['put /0 body 0', 'put /1 body 1', 'put /2 body 2']);
  assert.equal(unhandled.mock.callCount(), 0);
});

test('nothing keeps the bytes of what has been moved while the rest is', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  /** @type {WeakRef<Blob>[]} */
  const bodies = [];
  channel.answers.responses = ({ records }) =>
    records.map((/** @type {number} */ record) => {
      const settled = makeSettled(record, `body ${record}`);
      bodies[record] = new WeakRef(/** @type {Blob} */ (settled.body));
      return settled;
    });
  /** @type {boolean[]} */
  let areKept = [];
  await transfer(registration, /** @type {any} */ ({
    put: async (/** @type {Request} */ { url }, /** @type {Response} */ response) => {
      await response.arrayBuffer();
      if (!url.endsWith('/2')) return;
      for (let turn = 0; turn < 5; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve));
        collectGarbage();
      }
      areKept = bodies.map((body) => body.deref() !== undefined);
    },
  }));
  assert.equal(areKept[0], false);
});

test('what is asked for before anybody looks at it is bounded', async () => {
  channel.answers.match = () => Array.from({ length: 251 }, (_, record) => makeMatched(record));
  const [first, ...others] = await registration.matchAll();
  await first.responseReady;
  const asked = () => channel.asked('responses').map(({ fields }) => fields.records.length);
  assert.deepEqual(asked(), [250]);
  await others[249].responseReady;
  assert.deepEqual(asked(), [250, 1]);
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
