/**
 * The test worker, whose time can be made to pass: `{ hurry: 'between requests' }`
 * lets it jump while the worker has nothing under way, `'for answers'` also while
 * answers stand still, `''` never. Only its clock is another one. What waits an
 * hour for a server does so in a second.
 */

/** More than any answer may take (kStallMinMs): a jump is never too short to matter. */
const kJumpMs = 61_000;

/** How often it looks whether it may jump. */
const kLookMs = 10;

/** With nothing under way for so long, nothing but time will change that. */
const kIdleMs = 40;

/** An answer that has not moved for so long stands still; a slow machine is faster. */
const kStillMs = 800;

const realNow = performance.now.bind(performance);
const realSetTimeout = setTimeout.bind(self);
const realClearTimeout = clearTimeout.bind(self);

let mode = '';
let aheadMs = 0;
let underWay = 0;
/** Of that, what the database has to do: its own limits are for what is not slow, but dead. */
let underWayInDatabase = 0;
let movedAt = realNow();

/** @type {Map<number, {dueAt: number, run: () => void, timer: number}>} */
const timers = new Map();
let lastTimer = 0;

performance.now = () => realNow() + aheadMs;

self.setTimeout = (run, delayMs = 0) => {
  lastTimer += 1;
  timers.set(lastTimer, { dueAt: performance.now() + delayMs, run, timer: 0 });
  arm(lastTimer);
  return lastTimer;
};

self.clearTimeout = (number) => {
  realClearTimeout(timers.get(number)?.timer);
  timers.delete(number);
};

/** @param {number} number */
function arm(number) {
  const entry = timers.get(number);
  realClearTimeout(entry.timer);
  entry.timer = realSetTimeout(() => {
    timers.delete(number);
    entry.run();
  }, entry.dueAt - performance.now());
}

/** @param {Promise<unknown>} promise */
function track(promise) {
  begin();
  promise.then(end, end);
  return promise;
}

function begin() {
  underWay += 1;
  movedAt = realNow();
}

function end() {
  underWay -= 1;
  movedAt = realNow();
}

/** @param {any} object @param {string} name */
function trackMethod(object, name) {
  const method = object[name];
  object[name] = function(...options) {
    return track(method.apply(this, options));
  };
}

trackMethod(self, 'fetch');
trackMethod(Response.prototype, 'blob');
trackMethod(Response.prototype, 'arrayBuffer');
trackMethod(ReadableStreamDefaultReader.prototype, 'read');

/** @param {any} object @param {string} name @param {string[]} ends  Its events. */
function trackEvents(object, name, ends) {
  const method = object[name];
  object[name] = function(...options) {
    const target = method.apply(this, options);
    begin();
    underWayInDatabase += 1;
    let isOver = false;
    for (const type of ends) {
      target.addEventListener(type, () => {
        if (isOver) return;
        isOver = true;
        end();
        underWayInDatabase -= 1;
      });
    }
    return target;
  };
}

trackEvents(IDBDatabase.prototype, 'transaction', ['complete', 'abort']);
trackEvents(IDBFactory.prototype, 'open', ['success', 'error', 'blocked']);
trackEvents(IDBFactory.prototype, 'deleteDatabase', ['success', 'error', 'blocked']);

setInterval(() => {
  const stillMs = realNow() - movedAt;
  const mayJump = underWay === 0 ? stillMs > kIdleMs : mode === 'for answers' && stillMs > kStillMs;
  if (!mode || !mayJump || underWayInDatabase > 0) return;
  aheadMs += kJumpMs;
  for (const number of timers.keys()) arm(number);
}, kLookMs);

importScripts('/pages/sw.js');

addEventListener('message', ({ data, ports: [port] }) => {
  if (data.hurry === undefined) return;
  mode = data.hurry;
  port.postMessage('hurrying');
});
