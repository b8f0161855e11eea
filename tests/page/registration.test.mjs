import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { kExtras } from '../../js/shared/extras-key.js';
import { makeManager } from '../../js/shared/manager.js';
import { BackgroundFetchRegistration, applySnapshot } from '../../js/shared/registration.js';
import { FakeChannel, makeMatched, makeSettled, makeSnapshot } from './fake-channel.mjs';

/** @type {FakeChannel} */
let channel;
/** @type {BackgroundFetchRegistration} */
let registration;
/** What the object showed at each progress event. @type {any[]} */
let seen;

beforeEach(async () => {
  channel = new FakeChannel();
  channel.answers.get = () => makeSnapshot();
  registration = /** @type {any} */ (await makeManager(channel).get('film'));
  seen = [];
  registration.addEventListener('progress', () => {
    const { downloaded, uploaded, result, failureReason } = registration;
    seen.push({ downloaded, uploaded, result, failureReason });
  });
});

/** @param {Parameters<typeof makeSnapshot>[0]} changes */
function tell(changes) {
  channel.tell({ changes: [makeSnapshot(changes)] });
}

test('each change of a value is one event, with all values in place', () => {
  tell({ downloaded: 10, uploaded: 5 });
  tell({ downloaded: 3, uploaded: 5 });
  tell({ downloaded: 3, uploaded: 5, result: 'failure', failureReason: 'bad-status' });
  assert.deepEqual(seen, [
    { downloaded: 10, uploaded: 5, result: '', failureReason: '' },
    { downloaded: 3, uploaded: 5, result: '', failureReason: '' },
    { downloaded: 3, uploaded: 5, result: 'failure', failureReason: 'bad-status' },
  ]);
});

test('news without a change the app can see is no event', () => {
  tell({ answers: 1 });
  tell({ answers: 2, active: false });
  assert.deepEqual(seen, []);
});

test('after a result no event comes and no value changes', () => {
  tell({ downloaded: 10, result: 'success' });
  tell({ downloaded: 20, result: 'failure', failureReason: 'aborted' });
  assert.equal(seen.length, 1);
  assert.equal(registration.downloaded, 10);
  assert.equal(registration.result, 'success');
  assert.equal(registration.failureReason, '');
});

test('recordsAvailable becomes false without an event, and for ever', () => {
  tell({ result: 'success' });
  tell({ result: 'success', recordsAvailable: false });
  assert.equal(registration.recordsAvailable, false);
  applySnapshot(registration, makeSnapshot({ result: 'success' }));
  assert.equal(registration.recordsAvailable, false);
  assert.equal(seen.length, 1);
});

test('a fetch that is gone keeps its values and loses its records', () => {
  tell({ downloaded: 10 });
  channel.tell({ gone: ['uid-1'] });
  assert.equal(registration.downloaded, 10);
  assert.equal(registration.result, '');
  assert.equal(registration.recordsAvailable, false);
  assert.equal(seen.length, 1);
});

test('onprogress keeps its place among the listeners, takes objects, calls functions', () => {
  /** @type {string[]} */
  const calls = [];
  registration.onprogress = () => calls.push('first handler');
  registration.addEventListener('progress', () => calls.push('listener'));
  /** @this {unknown} */
  const handler = function () {
    assert.equal(this, registration);
    calls.push('second handler');
  };
  registration.onprogress = handler;
  assert.equal(registration.onprogress, handler);
  tell({ downloaded: 1 });
  assert.deepEqual(calls, ['second handler', 'listener']);
  registration.onprogress = /** @type {any} */ ('no function');
  assert.equal(registration.onprogress, null);
  tell({ downloaded: 2 });
  assert.equal(calls.length, 3);
  const object = { handleEvent: () => calls.push('object') };
  registration.onprogress = /** @type {any} */ (object);
  assert.equal(registration.onprogress, object);
  tell({ downloaded: 3 });
  assert.equal(calls.length, 4);
  assert.equal(calls[3], 'listener');
});

test('abort asks by uid, so that an id used again is safe', async () => {
  channel.answers.abort = () => true;
  assert.equal(await registration.abort(), true);
  assert.deepEqual(channel.asked('abort')[0].fields, { uid: 'uid-1' });
});

test('matchAll without a request asks for all, with one converts it', async () => {
  channel.answers.match = () => [makeMatched(0)];
  await registration.matchAll();
  await registration.matchAll(undefined, { ignoreSearch: true });
  await registration.matchAll('https://example.test/0', { ignoreSearch: true });
  const queries = channel.asked('match').map(({ fields }) => fields.query);
  assert.deepEqual(queries.slice(0, 2), [null, null]);
  assert.equal(queries[2].url, 'https://example.test/0');
  assert.equal(queries[2].ignoreSearch, true);
});

test('match gives the first, or undefined', async () => {
  channel.answers.match = () => [makeMatched(4), makeMatched(5)];
  const record = await registration.match('https://example.test/4');
  assert.equal(record?.request.url, 'https://example.test/4');
  channel.answers.match = () => [];
  assert.equal(await registration.match('https://example.test/4'), undefined);
  await assert.rejects(/** @type {any} */ (registration).match(), TypeError);
});

test('without records match and matchAll reject and ask nobody', async () => {
  channel.tell({ gone: ['uid-1'] });
  await assert.rejects(registration.matchAll(), { name: 'InvalidStateError' });
  await assert.rejects(registration.match('https://example.test/'), { name: 'InvalidStateError' });
  assert.equal(channel.asked('match').length, 0);
});

test('a response that waits when news cease is asked for, and so told why', async () => {
  channel.answers.match = () => [makeMatched(0)];
  channel.answers.responses = () => [];
  const [record] = await registration.matchAll();
  const ready = record.responseReady;
  await null;
  channel.answers.responses = () => {
    throw new TypeError('not ours');
  };
  channel.tell({ isSilent: true });
  await assert.rejects(ready, { message: 'not ours' });
});

test('records are asked for together, and again only when one has settled', async () => {
  channel.answers.match = () => [0, 1, 2].map(makeMatched);
  channel.answers.responses = () => [makeSettled(1, 'one')];
  const records = await registration.matchAll();
  assert.equal(channel.asked('responses').length, 0);
  assert.equal(await (await records[1].responseReady).text(), 'one');
  tell({ downloaded: 10 });
  channel.answers.responses = () => [makeSettled(0, 'zero'), makeSettled(2, 'two')];
  const waiting = Promise.all([records[0].responseReady, records[2].responseReady]);
  tell({ downloaded: 10, answers: 2 });
  const texts = await Promise.all((await waiting).map((response) => response.text()));
  assert.deepEqual(texts, ['zero', 'two']);
  assert.deepEqual(
    channel.asked('responses').map(({ fields }) => fields.records),
    [
      [0, 1, 2],
      [0, 2],
    ],
  );
});

test('a record that settles while the question is open is asked for again', async () => {
  channel.answers.match = () => [makeMatched(0)];
  const [record] = await registration.matchAll();
  channel.answers.responses = () => {
    channel.answers.responses = () => [makeSettled(0, 'zero')];
    tell({ answers: 1 });
    return [];
  };
  assert.equal(await (await record.responseReady).text(), 'zero');
});

test('a record whose look comes while another question is open is answered too', async () => {
  channel.answers.match = () => [makeMatched(0)];
  const [first] = await registration.matchAll();
  /** @type {any} */
  let second;
  channel.answers.responses = async () => {
    channel.answers.match = () => [makeMatched(1)];
    channel.answers.responses = () => [makeSettled(1, 'one')];
    [second] = await registration.matchAll();
    second = second.responseReady;
    return [makeSettled(0, 'zero')];
  };
  await first.responseReady;
  assert.equal(await (await second).text(), 'one');
});

test('a question that fails costs no answer to another that is open', async () => {
  channel.answers.match = () => Array.from({ length: 251 }, (_, record) => makeMatched(record));
  /** @type {(value: unknown) => void} */
  let open = () => {};
  const opened = new Promise((resolve) => (open = resolve));
  channel.answers.responses = async (/** @type {any} */ { records }) => {
    if (records[0] === 0) throw new TypeError('not read');
    await opened;
    return [makeSettled(250, 'last')];
  };
  const records = await registration.matchAll();
  const ready = records.map((record) => record.responseReady);
  await new Promise((resolve) => setImmediate(resolve));
  const again = (await registration.matchAll())[0].responseReady;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(channel.asked('responses').length, 2);
  open(null);
  assert.equal(await (await ready[250]).text(), 'last');
  await assert.rejects(ready[0], { message: 'not read' });
  await assert.rejects(again, { message: 'not read' });
  assert.equal(channel.asked('responses').length, 2);
});

test('a record shows the same request and promise each time; records share answers', async () => {
  channel.answers.match = () => [makeMatched(0)];
  channel.answers.responses = () => [makeSettled(0, 'zero')];
  const [record] = await registration.matchAll();
  const [again] = await registration.matchAll();
  assert.equal(record.request, record.request);
  assert.equal(record.responseReady, record.responseReady);
  assert.equal(await (await record.responseReady).text(), 'zero');
  assert.equal(await (await again.responseReady).text(), 'zero');
  assert.equal(channel.asked('responses').length, 1);
});

test('a record that is open streams its body; who looks later gets all at once', async () => {
  channel.answers.match = () => [makeMatched(0)];
  const open = { ...makeSettled(0, ''), body: null, openGeneration: 2 };
  channel.answers.responses = () => [open];
  const bytes = { generation: 2, body: new Blob(['zero']), isEnd: true };
  channel.answers.read = () => bytes;
  const [first] = await registration.matchAll();
  const [second] = await registration.matchAll();
  const streamed = await first.responseReady;
  assert.equal(channel.asked('read').length, 0);
  assert.equal(await streamed.text(), 'zero');
  const fields = { uid: 'uid-1', record: 0, generation: 2, offset: 0 };
  assert.deepEqual(channel.asked('read').map((question) => question.fields), [fields]);
  assert.equal(await (await second.responseReady).text(), 'zero');
  assert.equal(channel.asked('read').length, 2);
  channel.answers.responses = () => [makeSettled(0, 'whole')];
  const [third] = await registration.matchAll();
  assert.equal(await (await third.responseReady).text(), 'whole');
  assert.equal(channel.asked('read').length, 2);
});

test('a record nobody has looked at while it was open is not held to a stream', async () => {
  channel.answers.match = () => [0, 1].map(makeMatched);
  channel.answers.responses = () => [
    makeSettled(0, 'zero'), { ...makeSettled(1, ''), body: null, openGeneration: 0 },
  ];
  const records = await registration.matchAll();
  await records[0].responseReady;
  channel.answers.responses = () => [makeSettled(1, 'one')];
  assert.equal(await (await records[1].responseReady).text(), 'one');
  assert.equal(channel.asked('read').length, 0);
});

test('the error of a record is what responseReady rejects with', async () => {
  channel.answers.match = () => [makeMatched(0)];
  channel.answers.responses = () => [
    { ...makeSettled(0, ''), head: null, error: { name: 'TypeError', message: 'no network' } },
  ];
  const [record] = await registration.matchAll();
  await assert.rejects(record.responseReady, { name: 'TypeError', message: 'no network' });
});

test('records that go while waited for reject AbortError, answered ones stay', async () => {
  channel.answers.match = () => [0, 1, 2].map(makeMatched);
  channel.answers.responses = () => [makeSettled(0, 'zero'), makeSettled(2, 'two')];
  const records = await registration.matchAll();
  await records[0].responseReady;
  const waiting = records[1].responseReady;
  channel.tell({ gone: ['uid-1'] });
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.equal(await (await records[2].responseReady).text(), 'two');
});

test('a rejected responseReady that nobody looks at is not reported', async () => {
  channel.answers.match = () => [makeMatched(0)];
  channel.answers.responses = () => {
    throw new TypeError('no worker');
  };
  /** @type {unknown[]} */
  const reported = [];
  const report = (/** @type {unknown} */ reason) => reported.push(reason);
  process.on('unhandledRejection', report);
  const [record] = await registration.matchAll();
  record.responseReady;
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', report);
  assert.equal(channel.asked('responses').length, 1);
  assert.deepEqual(reported, []);
});

test('responses of records that the app has are asked for after recordsAvailable', async () => {
  channel.answers.match = () => [makeMatched(0)];
  channel.answers.responses = () => [makeSettled(0, 'zero')];
  const [record] = await registration.matchAll();
  tell({ result: 'success', recordsAvailable: false });
  await assert.rejects(registration.matchAll(), { name: 'InvalidStateError' });
  assert.equal(await (await record.responseReady).text(), 'zero');
});

test('a response shows extras its bytes from anywhere, open or whole, and so do its clones', async () => {
  channel.answers.match = () => [0, 1].map(makeMatched);
  channel.answers.responses = () => [
    makeSettled(0, 'zero'), { ...makeSettled(1, ''), body: null, openGeneration: 2, total: 9 },
  ];
  channel.answers.read = () => ({ generation: 2, body: new Blob(['ne']), isEnd: true });
  const records = await registration.matchAll();
  const [whole, open] = await Promise.all(records.map(async ({ responseReady }) => (
    /** @type {any} */ ((await responseReady).clone())[kExtras])));
  assert.equal(whole.total, 4);
  assert.equal(await new Response(whole.from(2)).text(), 'ro');
  assert.equal(open.total, 9);
  assert.equal(await new Response(open.from(7)).text(), 'ne');
  // A clone has read ahead.
  assert.equal(channel.asked('read').at(-1)?.fields.offset, 7);
});
