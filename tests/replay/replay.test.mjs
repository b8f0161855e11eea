// A trace of the worker that ships, in Node: nothing in it says what was fetched,
// and the native engine, told the same, wants the same done.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { makeTrace } from '../../js/page/trace.js';
import { startServer } from '../server/server.mjs';
import {
  WorkerInNode, fetchOptions, setLocks, storableRequest,
} from '../bindings/worker-in-node.mjs';
import { assertReplays, buildReplayer, callsToReplay, replay } from './replay.mjs';

const kMiB = 1024 * 1024;

/** @type {import('../server/server.mjs').TestServer} */
let server;
let scopes = 0;
/** @type {WorkerInNode} */
let worker;

before(async () => {
  await buildReplayer();
  server = await startServer();
});
after(() => server.close());

beforeEach(() => {
  setLocks();
  scopes += 1;
  worker = new WorkerInNode(`${server.origin}/scope-${scopes}/`);
});

/**
 * @param {string} uid
 * @param {import('../../js/shared/messages.js').StorableRequest[]} requests
 * @param {string} [title]
 */
async function fetchToTheEnd(uid, requests, title = 'secret title') {
  const ended = worker.endOf(uid);
  const options = fetchOptions(`secret id of ${uid}`, {
    title, icons: [{ src: '/secret.png', sizes: '1x1', type: 'secret/x', label: '' }],
  });
  await worker.ask('fetch', { uid, options, requests });
  return ended;
}

/** One that succeeds through cuts, one that fails, and one that is refused. */
async function recordOne() {
  const good = `${server.origin}/bytes/secret-${scopes}?size=${5 * kMiB + 7}&cutAt=${kMiB}:1` +
    `&cutAt=${3 * kMiB}:1`;
  const headers = [['authorization', 'secret 1'], ['x-secret', '12345']];
  const { result } = await fetchToTheEnd('uid-good', [storableRequest(good, { headers })]);
  assert.equal(result, 'success');
  const bad = `${server.origin}/bytes/secret-bad?size=100&status=404`;
  const { failureReason } = await fetchToTheEnd('uid-bad', [storableRequest(bad)]);
  assert.equal(failureReason, 'bad-status');
  const title = 'secret '.repeat(50_000);
  await assert.rejects(fetchToTheEnd('uid-large', [storableRequest(good)], title),
    { name: 'QuotaExceededError' });
  const entries = await worker.ask('trace', {});
  await worker.die();
  return entries;
}

test('a trace says nothing of what was fetched, and is replayed to the same outcome', async () => {
  const trace = makeTrace(await recordOne());
  const text = JSON.stringify(trace);
  for (const word of ['secret', '12345', 'localhost', 'uid-']) {
    assert.equal(text.includes(word), false, word);
  }
  assert.ok(trace.isWhole);
  assertReplays(trace);
  const wanted = trace.calls.flatMap(({ answer }) => answer?.commands ?? []);
  const delivered = wanted.filter(({ type }) => type === 'deliver').map(({ event }) => event);
  assert.deepEqual(delivered, ['success', 'fail']);
  assert.ok(wanted.filter(({ type }) => type === 'start-request').length > 4, 'it was cut');
});

test('an engine that decides otherwise is noticed', async () => {
  const trace = makeTrace(await recordOne());
  const told = structuredClone(trace);
  const failed = told.calls.find(({ call }) => call === 'bodyEnded');
  if (!failed) throw new Error('no body has ended');
  failed.call = 'requestFailed';
  assert.throws(() => assertReplays(told), /requestFailed/);
  const other = structuredClone(trace);
  other.calls[0].values[1] += 1;
  assert.equal(replay(callsToReplay(other)).length, other.calls.length);
});

test('an engine that began with a journal is left out: the trace does not have it', async () => {
  const [open, , ...rest] = await recordOne();
  const inherited = [open, JSON.stringify(['isEmpty', [], false]), ...rest];
  assert.deepEqual(callsToReplay(makeTrace(inherited)), []);
  assert.throws(() => assertReplays(makeTrace(inherited)), /others had left/);
});

test('of headers only what the engine decides by is shown', () => {
  /** @type {[string, string, RegExp, RegExp][]} */
  const headers = [
    ['content-length', '123', /^content-length$/, /^123$/],
    ['content-length', '12 apples', /^content-length$/, /^t\d+$/],
    ['content-range', 'bytes 0-9/*', /^content-range$/, /^bytes 0-9\/\*$/],
    ['content-type', 'video/secret', /^content-type$/, /^video\/t\d+$/],
    ['content-type', 'text/secret', /^content-type$/, /^t\d+$/],
    ['retry-after', '120', /^retry-after$/, /^120$/],
    ['retry-after', 'Sat, 21 Nov 2026 18:00:00 GMT', /^retry-after$/, /^Sat, 21 Nov/],
    ['retry-after', 'when 7 is home', /^retry-after$/, /^t\d+$/],
    ['etag', '"secret"', /^etag$/, /^"t\d+"$/],
    ['etag', 'W/"secret"', /^etag$/, /^W\/"t\d+"$/],
    ['etag', 'secret', /^etag$/, /^t\d+$/],
    ['last-modified', 'Sat, 21 Nov 2026 18:00:00 GMT', /^last-modified$/, /^t\d+$/],
    ['x-secret', '5', /^t\d+$/, /^t\d+$/],
  ];
  const head = {
    status: 200, statusText: 'secret', type: 'basic', redirected: false, url: 'https://a.example/b',
    headers: headers.map(([name, value]) => [name, value]),
  };
  const { calls } = makeTrace([JSON.stringify(['responseHead', [1, head, 5]])], 5);
  const [, told] = calls[0].values;
  headers.forEach(([name, value, shownName, shownValue], index) => {
    assert.match(told.headers[index][0], shownName, name);
    assert.match(told.headers[index][1], shownValue, value);
  });
  assert.match(told.url, /^https:\/\/t\d+\.invalid\/t\d+$/);
  assert.match(told.statusText, /^t\d+$/);
});

test('what is older than a day is left out, a life of an engine at a time', () => {
  const day = 24 * 60 * 60 * 1000;
  const life = (/** @type {number} */ begin) => [
    ['open', ['/x', 1, 'https://app.example']], ['start', [true, begin]],
    ['tick', [begin + 5]],
  ];
  const entries = [...life(day), ...life(2 * day), ...life(3 * day)].map((each) =>
    JSON.stringify(each));
  for (const [now, lives] of [[2 * day, 3], [2 * day + 6, 2], [3 * day + 6, 1], [9 * day, 0]]) {
    const { calls } = makeTrace(entries, now);
    assert.equal(calls.filter(({ call }) => call === 'open').length, lives, String(now));
  }
});

test('a trace that has lost its beginning says so', () => {
  const trace = makeTrace([JSON.stringify(['tick', [5]])], 5);
  assert.equal(trace.isWhole, false);
  assert.throws(() => assertReplays(trace), /beginning/);
});
