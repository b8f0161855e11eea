// The border between the core and JavaScript, as it ships: bindings/engine.d.ts
// against build/wasm/core.mjs, with code generation from strings switched off.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { loadCore } from './load-core.mjs';

/** @typedef {import('../../bindings/engine.js').Command} Command */
/** @typedef {import('../../bindings/engine.js').Engine} Engine */
/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */
/** @typedef {import('../../bindings/engine.js').RequestInfo} RequestInfo */
/** @typedef {import('../../bindings/engine.js').ResponseHead} ResponseHead */
/** @typedef {import('../../bindings/engine.js').Turn} Turn */

const kFolder = '/background-fetch/test';
const kSeed = 1;
const kToken = 7;
const kUid = '00000000-0000-4000-8000-000000000001';
const kUrl = 'https://example.test/film.webm';
const kBodyBytes = 5000;
const kRoomBytes = 1_000_000;

/** @type {RequestInfo} */
const kRequest = {
  url: kUrl,
  method: 'GET',
  headers: [['accept', '*/*']],
  mode: 'cors',
  credentials: 'same-origin',
  cache: 'default',
  redirect: 'follow',
  referrer: 'about:client',
  referrerPolicy: '',
  integrity: '',
  bodyLength: 0,
};

/** @type {ResponseHead} */
const kHead = {
  status: 200,
  statusText: 'OK',
  headers: [
    ['content-length', String(kBodyBytes)],
    ['content-type', 'video/webm'],
  ],
  url: kUrl,
  type: 'basic',
  redirected: false,
};

const kOptions = { id: 'film', title: 'Ein Film — ‘été’ 🎬', icons: [], downloadTotal: kBodyBytes };

/** @type {CoreModule} */
let core;
/** @type {Engine} */
let engine;
/** @type {Turn} The last one. */
let turn;
/** @type {Command[]} Of all turns; nobody has taken them yet. */
let commands;
let now = 1_800_000_000_000;

beforeEach(async () => {
  core = await loadCore();
  core.FS.mkdirTree(kFolder);
  core.open(kFolder, kSeed, 'https://app.example');
  commands = [];
  engine = keepTurns(core);
  engine.start(true, now);
});

/** @param {any} core @returns {Engine} The same. */
function keepTurns(core) {
  return new Proxy(core, {
    get: (_, name) => (/** @type {any[]} */ ...values) => {
      const answer = core[name](...values);
      if (answer?.commands) {
        turn = answer;
        commands.push(...turn.commands);
      }
      return answer;
    },
  });
}

/**
 * Takes commands until there are no more, answering at once those that only
 * the journal and the pages answer.
 *
 * @returns {Command[]} All that were taken, in order.
 */
function takeAll() {
  /** @type {Command[]} */
  const taken = [];
  for (let command = commands.shift(); command; command = commands.shift()) {
    taken.push(command);
    now += 1;
    if (command.type === 'sync-journal') engine.journalSynced(now);
    if (command.type === 'announce' && command.mustBeHeard) {
      engine.announced(command.sequence, now);
    }
  }
  return taken;
}

/**
 * @template {Command['type']} Type
 * @param {Command[]} commands
 * @param {Type} type
 * @returns {Extract<Command, {type: Type}>} The one command of that type.
 */
function only(commands, type) {
  const found = commands.filter((command) => command.type === type);
  assert.equal(found.length, 1, `one ${type} among ${commands.map((each) => each.type)}`);
  return /** @type {Extract<Command, {type: Type}>} */ (found[0]);
}

/** Registers the film and answers its first request's head. */
function downloadUpToTheBody() {
  engine.register(kToken, kUid, kOptions, [kRequest], kRoomBytes, now);
  const start = only(takeAll(), 'start-request');
  engine.responseHead(start.request, kHead, now);
  return { start, read: only(takeAll(), 'read-body') };
}

test('this process cannot generate code from strings', () => {
  assert.throws(() => new Function('return 1'), EvalError);
});

test('an engine that has nothing to do is never to be woken', () => {
  assert.deepEqual(turn, { commands: [], wake: Infinity, isEmpty: true });
});

test('an event is answered with all that shall be done, which is asked for once', () => {
  const first = engine.register(kToken, kUid, kOptions, [kRequest], kRoomBytes, now);
  assert.notDeepEqual(first.commands, []);
  assert.equal(first.isEmpty, false);
  assert.deepEqual(engine.tick(now), { ...first, commands: [] });
});

test('registered is answered only after the journal is durable', () => {
  engine.register(kToken, kUid, kOptions, [kRequest], kRoomBytes, now);
  const before = commands.splice(0).map((command) => command.type);
  assert.ok(before.includes('sync-journal'));
  assert.ok(!before.includes('registered'));

  engine.journalSynced(now);
  const registered = only(takeAll(), 'registered');
  assert.deepEqual(registered, { type: 'registered', token: kToken, uid: kUid });
});

test('a part is read with the head of the answer that it is a part of', () => {
  const bytes = 64 * 1024 * 1024;
  const etag = /** @type {[string, string]} */ (['etag', '"one"']);
  /** @type {ResponseHead} */
  const whole = {
    ...kHead,
    headers: [['accept-ranges', 'bytes'], ['content-length', String(bytes)], etag],
  };
  engine.register(
    kToken, kUid, { ...kOptions, downloadTotal: 0 }, [kRequest], kRoomBytes, now);
  engine.responseHead(only(takeAll(), 'start-request').request, whole, now);
  const part = only(takeAll(), 'start-request');
  const [, last] = /^bytes=0-(\d+)$/.exec(part.range) ?? [];
  engine.responseHead(part.request, {
    ...kHead,
    status: 206,
    headers: [['content-range', `bytes 0-${last}/${bytes}`], etag],
  }, now);
  const read = only(takeAll(), 'read-body');
  assert.deepEqual([read.request, read.isOwnHead, read.head], [part.request, false, whole]);
});

test('one whole fetch ends delivered and forgotten', () => {
  const { start, read } = downloadUpToTheBody();
  assert.deepEqual(start.info, kRequest);
  assert.equal(start.range, '');
  assert.deepEqual(start.owner, { uid: kUid, record: 0, generation: start.owner.generation });
  assert.equal(read.request, start.request);
  assert.equal(read.begin, 0);
  assert.deepEqual([read.isOwnHead, read.head], [true, null]);
  assert.deepEqual(read.owner, start.owner);
  assert.deepEqual(engine.activeIds(), ['film']);
  assert.equal(engine.activeUid('film'), kUid);
  assert.equal(engine.isWorking(), true);

  engine.bodyReceived(start.request, kBodyBytes, now);
  engine.chunkStored(start.request, 0, kBodyBytes, now);
  engine.bodyEnded(start.request, now);
  const commands = takeAll();
  assert.deepEqual(only(commands, 'deliver'), { type: 'deliver', uid: kUid, event: 'success' });

  const snapshot = engine.snapshot(kUid);
  assert.deepEqual(snapshot, {
    uid: kUid,
    id: 'film',
    title: kOptions.title,
    icons: [],
    uploadTotal: 0,
    uploaded: 0,
    downloadTotal: kBodyBytes,
    downloaded: kBodyBytes,
    result: 'success',
    failureReason: '',
    recordsAvailable: true,
    active: false,
    paused: false,
    answers: 2,
  });
  assert.deepEqual(engine.match(kUid, null), [0]);
  assert.deepEqual(engine.request(kUid, 0), kRequest);
  assert.deepEqual(engine.recordStates(kUid, []), []);
  assert.equal(engine.recordStates('nobody', [0])[0].state, 'pending');
  const complete = {
    record: 0,
    generation: start.owner.generation,
    state: 'complete',
    length: kBodyBytes,
    total: 5000,
  };
  const none = { record: 7, generation: 0, state: 'pending', length: 0, total: -1 };
  assert.deepEqual(engine.recordStates(kUid, [7, 0]), [none, complete]);
  assert.deepEqual(engine.activeIds(), []);

  engine.eventDelivered(kUid, true, now);
  const afterDelivery = takeAll();
  assert.equal(engine.isWorking(), false);
  // Stored bodies may outlive the event for readers that are still at work.
  let deletion = afterDelivery.find((command) => command.type === 'delete-fetch');
  if (!deletion) {
    now = turn.wake;
    engine.tick(now);
    deletion = only(takeAll(), 'delete-fetch');
  }
  assert.deepEqual([turn.isEmpty, engine.isEmpty()], [false, false]);
  engine.fetchDeleted(kUid, now);
  assert.deepEqual([turn.isEmpty, engine.isEmpty()], [true, true]);
  takeAll();
  assert.equal(engine.snapshot(kUid), null);
});

test('a second engine on the same folder goes on with the fetch', () => {
  const { start } = downloadUpToTheBody();
  engine.chunkStored(start.request, 0, 2000, now);
  takeAll();

  core.open(kFolder, kSeed + 1, 'https://app.example');
  engine.recoverHead(start.owner, kHead);
  engine.recoverChunk(start.owner, 0, 2000);
  engine.start(true, now);
  const again = only(takeAll(), 'start-request');
  assert.equal(again.info.url, kUrl);
  assert.equal(engine.snapshot(kUid)?.downloadTotal, kBodyBytes);
});

test('connections are those that were set; what is no whole number is refused', () => {
  engine.set(0, 2);
  for (const value of ['2', 1.5, -1, NaN, null]) {
    assert.throws(() => engine.set(0, /** @type {any} */ (value)), RangeError);
  }
  engine.register(kToken, kUid, kOptions, Array(9).fill(kRequest), kRoomBytes, now);
  assert.equal(takeAll().filter(({ type }) => type === 'start-request').length, 2);
});

test('abort answers true once, then false', () => {
  engine.register(kToken, kUid, kOptions, [kRequest], kRoomBytes, now);
  takeAll();
  engine.abort(8, kUid, false, now);
  const first = takeAll();
  assert.equal(only(first, 'abort-answered').aborted, true);
  assert.equal(only(first, 'cancel-request').type, 'cancel-request');
  engine.abort(9, kUid, false, now);
  assert.equal(only(takeAll(), 'abort-answered').aborted, false);
});

test('a total that the store has no room for is rejected with a QuotaExceededError', () => {
  engine.register(kToken, kUid, kOptions, [kRequest], kBodyBytes - 1, now);
  assert.equal(only(takeAll(), 'rejected').error.name, 'QuotaExceededError');
});

test('an id that is active is rejected with a TypeError', () => {
  engine.register(kToken, kUid, kOptions, [kRequest], kRoomBytes, now);
  takeAll();
  engine.register(8, '00000000-0000-4000-8000-000000000002', kOptions, [kRequest], kRoomBytes, now);
  const rejected = only(takeAll(), 'rejected');
  assert.equal(rejected.token, 8);
  assert.equal(rejected.error.name, 'TypeError');
});

test('texts come back as they were, whatever they hold', () => {
  const id = 'a\0b\x1e\x1f\x1ee\x1ff\x1e';
  const icons = [{ src: '', sizes: '\x1f', type: '\x1e', label: '🎬' }];
  engine.register(kToken, kUid, { ...kOptions, id, icons }, [kRequest], kRoomBytes, now);
  takeAll();
  assert.equal(engine.snapshot(kUid)?.id, id);
  assert.deepEqual(engine.snapshot(kUid)?.icons, icons);
  assert.deepEqual(engine.activeIds(), [id]);
  assert.equal(engine.activeUid(id), kUid);
  assert.equal(engine.checkId(id)?.name, 'TypeError');
});

test('half a character becomes the replacement character, and costs no other', () => {
  const title = 'ab\ud83c';
  engine.register(kToken, kUid, { ...kOptions, title }, [kRequest], kRoomBytes, now);
  takeAll();
  const snapshot = engine.snapshot(kUid);
  assert.equal(snapshot?.title, 'ab\ufffd');
  assert.equal(snapshot?.downloadTotal, kBodyBytes);
});

const kNotOffsets = [2 ** 53, -1, 0.5, NaN, Infinity, -Infinity];
for (const value of kNotOffsets) {
  test(`${value} is refused as an offset and changes nothing`, () => {
    const { start } = downloadUpToTheBody();
    const before = engine.snapshot(kUid);
    assert.throws(() => engine.chunkStored(start.request, 0, value, now));
    assert.throws(() => engine.chunkStored(start.request, value, kBodyBytes, now));
    assert.deepEqual(engine.tick(now).commands, []);
    assert.deepEqual(engine.snapshot(kUid), before);

    // The engine is as good as before.
    engine.chunkStored(start.request, 0, kBodyBytes, now);
    engine.bodyEnded(start.request, now);
    assert.equal(only(takeAll(), 'deliver').event, 'success');
  });
}

test('an error of JavaScript within a call is one of the engine: it may have changed', (t) => {
  // Where there is no memory for a larger file, the journal's write throws.
  const { set } = Uint8Array.prototype;
  let isFull = false;
  t.mock.method(Uint8Array.prototype, 'set', function (/** @type {any[]} */ ...values) {
    const array = /** @type {any} */ (this);
    // What goes into the memory of the engine itself is there.
    if (isFull && array.buffer.byteLength < 2 ** 20) throw new RangeError('no memory');
    return set.apply(array, /** @type {any} */ (values));
  });
  isFull = true;
  assert.throws(
    () => engine.register(kToken, kUid, kOptions, [kRequest], kRoomBytes, now),
    (error) => error instanceof WebAssembly.RuntimeError && /no memory/.test(error.message),
  );
  isFull = false;
});
