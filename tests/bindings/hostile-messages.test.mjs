// Forged, malformed, replayed and misplaced messages to the worker, while an
// honest fetch is under way: each is answered, none breaks the engine, and the
// fetch ends with every byte.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, mock, test } from 'node:test';

import { kMessageKey, makeQuestion } from '../../js/shared/messages.js';
import { sha256Of, startServer } from '../server/server.mjs';
import { WorkerInNode, fetchOptions, gateFetch, setLocks, storableRequest } from './worker-in-node.mjs';

const kSize = 300_000;
const kUid = '00000000-0000-4000-8000-000000000001';
const kMiB = 1024 * 1024;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {WorkerInNode} */
let worker;
/** @type {ReturnType<typeof mock.method>} */
let errors;
let scopes = 0;
/** Lets the honest fetch have its answer. */
let openGate = () => {};

before(async () => {
  server = await startServer();
});
after(() => server.close());

beforeEach(() => {
  mock.restoreAll();
  errors = mock.method(console, 'error', () => {});
  openGate = gateFetch((request) => request.url.includes('/honest'));
  setLocks();
  scopes += 1;
  worker = new WorkerInNode(`${server.origin}/scope-${scopes}/`);
});

/** @param {object} [changes] */
function honestFields(changes = {}) {
  return {
    uid: kUid,
    options: fetchOptions('honest'),
    requests: [storableRequest(`${server.origin}/bytes/honest-${scopes}?size=${kSize}&seed=honest`)],
    ...changes,
  };
}

/** @param {object} changes  Of the request. @param {string} [url] */
function fetchWith(changes, url = 'https://example.test/') {
  return {
    uid: 'forged',
    options: fetchOptions('forged'),
    requests: [storableRequest(url, changes)],
  };
}

/** @type {Record<string, any>} By question and what is wrong with it: its fields. */
const kMalformed = {
  'hello: nothing': undefined,
  'checkId: nothing': undefined,
  'checkId: null': null,
  'checkId: a number': { id: 5 },
  'checkId: an object': { id: {} },
  'checkId: 2 MiB': { id: 'i'.repeat(2 * kMiB) },
  'get: nothing': {},
  'get: a list': { id: ['honest'] },
  'getIds: a string': 'x',
  'abort: nothing': {},
  'abort: nobody': { uid: '' },
  'abort: an unknown one': { uid: 'x'.repeat(kMiB), repeated: true },
  'abort: a list': { uid: [kUid] },
  'fetch: nothing': {},
  'fetch: no requests': { uid: 'forged', options: fetchOptions('forged') },
  'fetch: an empty list': { uid: 'forged', options: fetchOptions('forged'), requests: [] },
  'fetch: a list that is none': {
    uid: 'forged', options: fetchOptions('forged'), requests: { length: 2 ** 31, map: 1 },
  },
  'fetch: requests of another kind': {
    uid: 'forged', options: fetchOptions('forged'), requests: [null, 1, 'x'],
  },
  'fetch: a hole': { uid: 'forged', options: fetchOptions('forged'), requests: new Array(3) },
  'fetch: no options': { uid: 'forged', requests: [storableRequest('https://example.test/')] },
  'fetch: a uid that is a list': { ...fetchWith({}), uid: [kUid] },
  'fetch: a uid that is no key': { ...fetchWith({}), uid: {} },
  'fetch: an id that is a number': { ...fetchWith({}), options: fetchOptions(/** @type {any} */ (5)) },
  'fetch: an id that is active': { ...fetchWith({}), options: fetchOptions('honest') },
  'fetch: an empty id': { ...fetchWith({}), options: fetchOptions('') },
  'fetch: an id of 1 MiB': { ...fetchWith({}), options: fetchOptions('i'.repeat(kMiB)) },
  'fetch: a title of 1 MiB': {
    ...fetchWith({}), options: fetchOptions('forged', { title: 't'.repeat(kMiB) }),
  },
  'fetch: a URL of 2 MiB': fetchWith({ url: `https://example.test/${'u'.repeat(2 * kMiB)}` }),
  'fetch: icons that are none': { ...fetchWith({}), options: fetchOptions('forged', { icons: [1] }) },
  'fetch: less than nothing': {
    ...fetchWith({}), options: fetchOptions('forged', { downloadTotal: -1 }),
  },
  'fetch: half a byte': {
    ...fetchWith({}), options: fetchOptions('forged', { downloadTotal: 0.5 }),
  },
  'fetch: no number': { ...fetchWith({}), options: fetchOptions('forged', { downloadTotal: NaN }) },
  'fetch: headers that are none': fetchWith({ headers: [['one']] }),
  'fetch: a body shorter than nothing': fetchWith({ bodyLength: -1 }),
  'fetch: 100,001 requests': {
    uid: 'forged',
    options: fetchOptions('forged'),
    requests: new Array(100_001).fill(storableRequest('https://example.test/')),
  },
  'match: nothing': {},
  'match: an unknown fetch': { uid: 'forged', query: null },
  'match: a query of another kind': { uid: kUid, query: 5 },
  'match: half a query': { uid: kUid, query: { url: 5 } },
  'responses: nothing': {},
  'responses: records of another kind': { uid: kUid, records: 'all' },
  'responses: records out of range': { uid: kUid, records: [-1, 0.5, 2 ** 32, NaN, '0', null] },
  'responses: records there are not': { uid: kUid, records: [1, 7, 2 ** 32 - 1] },
  'read: nothing': {},
  'read: an unknown fetch': { uid: 'forged', record: 0, generation: 0, offset: 0 },
  'read: another generation': { uid: kUid, record: 0, generation: 77, offset: 0 },
  'read: a record there is not': { uid: kUid, record: -1, generation: 0, offset: 0 },
  'next: nothing': {},
  'next: from the future': { epoch: 5, since: -1, watching: [] },
  'next: of another kind': { epoch: 'x', since: 'y', watching: 'z' },
  'next: watching anything': { epoch: 'x', since: 0, watching: [5, null] },
  '__proto__: nothing': {},
  'constructor: nothing': {},
  'nothing we know: nothing': {},
};

/** Messages that are ours by their mark, and nothing else. */
const kMisshapen = [
  null, 5, 'text', [], {},
  { version: 1 }, { name: 'get' }, { name: 5, version: 1 }, { version: '1', name: 'get' },
];

async function honestFetchSucceeds() {
  const ended = worker.endOf(kUid);
  const { uid } = await worker.ask('fetch', honestFields());
  return {
    uid,
    finish: async () => {
      openGate();
      const { result, failureReason, downloaded } = await ended;
      assert.deepEqual({ result, failureReason, downloaded },
        { result: 'success', failureReason: '', downloaded: kSize });
      const [{ body }] = await worker.ask('responses', { uid, records: [0] });
      const bytes = new Uint8Array(await body.arrayBuffer());
      assert.equal(createHash('sha256').update(bytes).digest('hex'),
        sha256Of('honest', kSize));
      assert.equal(errors.mock.callCount(), 0, 'the engine has not failed');
      await worker.die();
    },
  };
}

test('malformed questions are answered, and harm nobody', async () => {
  const { finish } = await honestFetchSucceeds();
  for (const [name, fields] of Object.entries(kMalformed)) {
    const question = makeQuestion(/** @type {any} */ (name.split(':')[0]), fields);
    const answer = await worker.send(question, { client: `client of ${name}` });
    if (!answer.ok) {
      assert.match(answer.error.name, /Error$/, name);
      assert.equal(typeof answer.error.message, 'string', name);
    }
    assert.deepEqual(await worker.ask('getIds', {}), ['honest'], name);
  }
  assert.deepEqual(worker.seen, []);
  await finish();
});

test('what is not quite ours is the app\'s, and answered by nobody', async () => {
  const { finish } = await honestFetchSucceeds();
  for (const shape of kMisshapen) {
    await worker.send({ [kMessageKey]: shape }, { hasPort: false });
  }
  assert.equal(worker.seen.length, kMisshapen.length);
  await finish();
});

test('questions without a port, or from nobody, are carried out and harm nobody', async () => {
  const { uid, finish } = await honestFetchSucceeds();
  for (const name of /** @type {const} */ (['hello', 'getIds', 'next', 'last'])) {
    const fields = /** @type {any} */ ({ epoch: '', since: 0, watching: [uid] });
    await worker.send(makeQuestion(name, fields), { hasPort: false, client: '' });
    await worker.send(makeQuestion(name, fields), { hasPort: false });
  }
  await finish();
});

test('a question that is replayed registers one fetch, and changes nothing', async () => {
  const { uid, finish } = await honestFetchSucceeds();
  const evil = honestFields({
    options: fetchOptions('another'),
    requests: [storableRequest(`${server.origin}/bytes/evil?size=5`)],
  });
  const answers = await Promise.all(
    [honestFields(), evil, honestFields()].map((fields) => worker.ask('fetch', fields)));
  assert.deepEqual(answers.map((answer) => [answer.uid, answer.id]),
    [[uid, 'honest'], [uid, 'honest'], [uid, 'honest']]);
  assert.deepEqual(await worker.ask('getIds', {}), ['honest']);
  assert.deepEqual(server.log.for('evil'), []);
  await finish();
});

test('a forged fetch of what cannot be asked for fails alone', async () => {
  const { finish } = await honestFetchSucceeds();
  for (const [index, changes] of Object.entries([
    { method: 'CONNECT' }, { mode: 'navigate-x' },
    { headers: [['a b', 'c']] }, { headers: [['x-line', 'a\nSet-Cookie: b=c']] },
    { cache: 'only-if-cached' }, { method: 'POST', bodyLength: 5 },
  ])) {
    const forged = fetchWith(changes, `${server.origin}/bytes/forged?size=10`);
    const fields = { ...forged, uid: `forged-${index}`, options: fetchOptions(`forged-${index}`) };
    await worker.ask('fetch', fields);
    // Its requests fail like those of a network that is down; whoever made it may wait.
    await worker.ask('abort', { uid: fields.uid });
  }
  for (const url of ['nonsense', 'file:///film', 'https://example.test:25/']) {
    const fields = { ...fetchWith({}, url), uid: 'forged-url', options: fetchOptions('forged-url') };
    await assert.rejects(worker.ask('fetch', fields), { name: 'TypeError' });
  }
  assert.deepEqual(server.log.for('forged'), []);
  await finish();
});
