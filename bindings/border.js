/**
 * The JavaScript half of the border: the calls of engine.d.ts as messages to
 * the core, and its answers as values. message.h says what a message is.
 *
 * A shape describes a value: an object or a tuple has shapes as members; a leaf
 * is '' for a text, false for a flag, and for whole numbers from 0 the largest.
 * What does not fit is refused before the core has heard of anything.
 */

const kEndOfValue = '\x1f';
const kEscape = '\x1e';

const kText = '';
const kFlag = false;
const kIndex = 2 ** 32 - 1;
const kOffset = Number.MAX_SAFE_INTEGER;

/** A count, then so many of that shape. */
class List {
  /** @param {unknown} each */
  constructor(each) {
    this.each = each;
  }
}

/** The same, as a value that is null when there is none. */
class OrNull extends List {}

/** A number, for one of these. */
class OneOf {
  /** @param {unknown[]} values */
  constructor(values) {
    this.values = values;
  }
}

/** The number of the type, then the members that this type has. */
class TypedObject {
  /** @param {Record<string, object>} types */
  constructor(types) {
    this.types = Object.entries(types);
  }
}

const kHeaders = new List([kText, kText]);

const kRequestInfo = {
  url: kText,
  method: kText,
  headers: kHeaders,
  mode: kText,
  credentials: kText,
  cache: kText,
  redirect: kText,
  referrer: kText,
  referrerPolicy: kText,
  integrity: kText,
  bodyLength: kOffset,
};

const kResponseHead = {
  status: kIndex,
  statusText: kText,
  headers: kHeaders,
  url: kText,
  type: kText,
  redirected: kFlag,
};

const kIcons = new List({ src: kText, sizes: kText, type: kText, label: kText });

const kSnapshot = {
  uid: kText,
  id: kText,
  title: kText,
  icons: kIcons,
  uploadTotal: kOffset,
  uploaded: kOffset,
  downloadTotal: kOffset,
  downloaded: kOffset,
  result: kText,
  failureReason: kText,
  recordsAvailable: kFlag,
  active: kFlag,
  paused: kFlag,
  answers: kIndex,
};

const kOwner = { uid: kText, record: kIndex, generation: kIndex };

const kError = { name: kText, message: kText };

/** In the order of Command in src/engine/command.h. */
const kCommand = new TypedObject({
  'start-request': {
    request: kIndex,
    owner: kOwner,
    info: kRequestInfo,
    range: kText,
    ifRange: kText,
    cache: kText,
  },
  'read-body': {
    request: kIndex,
    owner: kOwner,
    mode: new OneOf(['blob', 'buffer', 'stream', 'none']),
    begin: kOffset,
    end: kOffset,
    pieceBytes: kOffset,
    pieceBytesMin: kOffset,
    pieceMs: kOffset,
    isOwnHead: kFlag,
    head: new OrNull(kResponseHead),
  },
  'cancel-request': { request: kIndex },
  'delete-generation': { owner: kOwner },
  'delete-fetch': { uid: kText },
  'sync-journal': {},
  announce: { sequence: kOffset, mustBeHeard: kFlag },
  deliver: { uid: kText, event: new OneOf(['success', 'fail', 'abort']) },
  registered: { token: kIndex, uid: kText },
  rejected: { token: kIndex, error: kError },
  'abort-answered': { token: kIndex, aborted: kFlag },
  'pause-answered': { token: kIndex, active: kFlag },
  'release-answered': { token: kIndex, released: kFlag },
});

/** Of each event. */
const kTurn = { commands: new List(kCommand), wake: kOffset, isEmpty: kFlag };

/**
 * What each call takes, and what it gives. In the order of Call in engine.cc.
 *
 * @type {Record<string, [unknown[], unknown?]>}
 */
const kCalls = {
  open: [[kText, kOffset, kText]],
  recoverHead: [[kOwner, kResponseHead]],
  recoverChunk: [[kOwner, kOffset, kOffset]],
  start: [[kFlag, kOffset], kTurn],
  register: [
    [
      kIndex,
      kText,
      { id: kText, title: kText, icons: kIcons, downloadTotal: kOffset },
      new List(kRequestInfo),
      kOffset,
      kOffset,
    ],
    kTurn,
  ],
  abort: [[kIndex, kText, kFlag, kOffset], kTurn],
  setPaused: [[kIndex, kText, kFlag, kOffset], kTurn],
  release: [[kIndex, kText, kIndex, kOffset], kTurn],
  responseHead: [[kIndex, kResponseHead, kOffset], kTurn],
  chunkStored: [[kIndex, kOffset, kOffset, kOffset], kTurn],
  bodyReceived: [[kIndex, kOffset, kOffset], kTurn],
  bodyEnded: [[kIndex, kOffset], kTurn],
  requestFailed: [[kIndex, kOffset], kTurn],
  storageFailed: [[kIndex, kFlag, kOffset], kTurn],
  journalSynced: [[kOffset], kTurn],
  journalSyncFailed: [[kFlag, kOffset], kTurn],
  announced: [[kOffset, kOffset], kTurn],
  eventDelivered: [[kText, kFlag, kOffset], kTurn],
  fetchDeleted: [[kText, kOffset], kTurn],
  online: [[kFlag, kOffset], kTurn],
  tick: [[kOffset], kTurn],
  sequence: [[], kOffset],
  isWorking: [[], kFlag],
  isEmpty: [[], kFlag],
  changesSince: [[kOffset], new List(kSnapshot)],
  snapshot: [[kText], new OrNull(kSnapshot)],
  checkId: [[kText], new OrNull(kError)],
  activeUid: [[kText], kText],
  activeIds: [[], new List(kText)],
  match: [
    [
      kText,
      new OrNull({
        url: kText,
        method: kText,
        headers: kHeaders,
        ignoreSearch: kFlag,
        ignoreMethod: kFlag,
        ignoreVary: kFlag,
      }),
    ],
    new List(kIndex),
  ],
  request: [[kText, kIndex], new OrNull(kRequestInfo)],
  recordStates: [
    [kText, new List(kIndex)],
    new List({
      record: kIndex,
      generation: kIndex,
      state: new OneOf([
        'pending',
        'open',
        'complete',
        'bad-status',
        'failed',
        'aborted',
        'transferred',
      ]),
      length: kOffset,
      total: kOffset,
    }),
  ],
  set: [[kIndex, kOffset]],
};

/**
 * @param {any} shape
 * @param {any} value
 * @param {unknown[]} message
 */
function write(shape, value, message) {
  if (shape instanceof List) {
    const values = !(shape instanceof OrNull) ? [...value] : value === null ? [] : [value];
    message.push(values.length);
    for (const each of values) write(shape.each, each, message);
  } else if (typeof shape === 'object') {
    for (const name of Object.keys(shape)) write(shape[name], value[name], message);
  } else if (
    typeof value !== typeof shape ||
    (typeof value === 'number' && !(Number.isInteger(value) && value >= 0 && value <= shape))
  ) {
    throw new RangeError('not a value for the core');
  } else if (typeof value === 'string') {
    message.push(
      value.replace(/[\x1e\x1f]/g, (each) => kEscape + (each === kEscape ? 'e' : 'f')),
    );
  } else {
    message.push(Number(value));
  }
}

/**
 * @param {any} shape
 * @param {() => string} next
 * @returns {any}
 */
function read(shape, next) {
  switch (typeof shape) {
    case 'object':
      return readObject(shape, next);
    case 'string':
      return next().replace(/\x1e[ef]/g, (each) => (each[1] === 'e' ? kEscape : kEndOfValue));
    case 'number':
      return Number(next());
    case 'boolean':
      return next() === '1';
  }
}

/**
 * @param {any} shape
 * @param {() => string} next
 */
function readObject(shape, next) {
  if (shape instanceof OneOf) return shape.values[Number(next())];
  /** @type {any} */
  const value = shape instanceof List || Array.isArray(shape) ? [] : {};
  if (shape instanceof List) {
    for (let left = Number(next()); left > 0; left -= 1) value.push(read(shape.each, next));
    return shape instanceof OrNull ? value[0] ?? null : value;
  }
  let members = shape;
  if (shape instanceof TypedObject) [value.type, members] = shape.types[Number(next())];
  for (const name of Object.keys(members)) value[name] = read(members[name], next);
  return value;
}

/**
 * @param {any} core  Emscripten's module, with `callEngine`.
 * @returns {any} The calls of engine.d.ts beside what else the host uses of it.
 */
export function bindEngine({ callEngine, FS, IDBFS }) {
  const encoder = new TextEncoder();
  const calls = Object.entries(kCalls).map(([name, [takes, gives]], number) => [
    name,
    /** @param {unknown[]} values */
    (...values) => {
      /** @type {unknown[]} */
      const message = [number];
      write(takes, values, message);
      // As bytes: of a text Embind would let a lone surrogate swallow its neighbour.
      const bytes = encoder.encode(message.join(kEndOfValue) + kEndOfValue);
      try {
        const answer = callEngine(bytes).split(kEndOfValue);
        let at = -1;
        return read(gives, () => answer[(at += 1)]);
      } catch (cause) {
        // Whatever it is, say no memory for a file: what the engine has done of it,
        // nobody knows. It is not to be used any more.
        throw Object.assign(new WebAssembly.RuntimeError(String(cause)), { cause });
      }
    },
  ]);
  return { ...Object.fromEntries(calls), FS, IDBFS };
}
