// Invariants: what must hold in every world, by name, and the account of each
// fetch that it is held against.

/** @typedef {import('../../bindings/engine.js').Snapshot} Snapshot */
/** @typedef {import('./fake-blob.mjs').FakeBlob} FakeBlob */
/** @typedef {import('./server.mjs').Resource} Resource */
/** @typedef {import('./worker-life.mjs').WorkerLife} WorkerLife */
/** @typedef {import('./world.mjs').World} World */

/** As kDeliveryAttemptsMax in src/base/limits.h. */
const kDeliveryAttemptsMax = 5;

/**
 * The journal is synced at once; with storage that works, an acknowledgement is
 * durable so long after its event.
 */
const kAcknowledgedMs = 5_000;

/** kAnnounceIntervalMs, and what a message takes. */
const kToldMs = 1_000;

/**
 * @typedef {object} Account
 * @property {string} uid
 * @property {string} id
 * @property {Resource[]} resources
 * @property {number} downloadTotal
 * @property {'' | 'registered' | 'rejected'} told
 * @property {boolean} isPaused  Somebody was told so, and nobody has resumed it since.
 * @property {boolean} isAbortAsked
 * @property {boolean} isAbortPromised
 * @property {boolean} isAbortDenied  To the first who asked.
 * @property {string} outcome  Event and reason; '' until somebody was told.
 * @property {number} attempts
 * @property {number} lifetimesEnded
 * @property {boolean} isOver  Somebody was told so, if only by its event; the outcome may be told
 *   later.
 * @property {number} enginesLostWhenOver
 * @property {boolean} isAcknowledged  Durably.
 * @property {boolean} isForgotten  Nothing is promised any more: the registration is gone.
 * @property {boolean} isGone  And whoever asked was told before that.
 * @property {{at: number, stored: number}} seen  What was stored at some time before.
 * @property {number} highWater  The most bytes that were ever reported.
 */

/** @param {string} uid @param {string} id @param {Resource[]} resources @returns {Account} */
export function openAccount(uid, id, resources, downloadTotal = 0) {
  return {
    uid, id, resources, downloadTotal, told: '', isPaused: false, isAbortAsked: false,
    isAbortPromised: false, isAbortDenied: false, outcome: '', attempts: 0, lifetimesEnded: 0, isOver: false,
    enginesLostWhenOver: 0, isAcknowledged: false, isForgotten: false, isGone: false,
    seen: { at: 0, stored: 0 }, highWater: 0,
  };
}

/** Somebody is being told. @param {World} world @param {Snapshot} snapshot */
export function checkSnapshot(world, { uid, downloaded, active, result, failureReason }) {
  const account = world.accounts.get(uid);
  if (!account || account.isForgotten) return;
  const isOver = account.lifetimesEnded > 0 || hadItsChances(account);
  if (active && account.told === '' && isOver) beginAgain(account);
  if (result !== '') checkOutcome(world, account, result === 'success' ? '' : failureReason);
  if (account.downloadTotal > 0 && downloaded > account.downloadTotal) {
    world.fail('downloadTotal is never exceeded', `${uid}: ${downloaded}`);
  }
  account.isOver ||= !active;
  if (!active) return;
  const stored = storedBytes(world, uid);
  checkProgress(world, account, downloaded, stored);
  if (downloaded > stored) {
    world.fail('what is reported is stored', `${uid}: ${downloaded} told, ${stored} stored`);
  }
  if (downloaded < account.highWater && !mayLoseBytes(world, account)) {
    world.fail('what was reported stays', `${uid}: ${downloaded} after ${account.highWater}`);
  }
  account.highWater = Math.max(account.highWater, downloaded);
}

/**
 * A fetch() whose answers were all lost, and that somebody else has aborted
 * meanwhile, is asked for again when nobody knows it any more, and begins anew.
 *
 * @param {Account} account
 */
function beginAgain(account) {
  const { uid, id, resources, downloadTotal, isAbortAsked } = account;
  Object.assign(account, openAccount(uid, id, resources, downloadTotal), { isAbortAsked });
}

/**
 * What has been stored for a while is told.
 *
 * @param {World} world @param {Account} account @param {number} downloaded
 * @param {number} stored
 */
function checkProgress(world, account, downloaded, stored) {
  const { seen } = account;
  const now = world.scheduler.now;
  if (mayLoseBytes(world, account)) return;
  if (now - seen.at > kToldMs && downloaded < seen.stored) {
    world.fail('what is stored is told', `${account.uid}: ${downloaded}, not ${seen.stored}`);
  }
  if (now - seen.at > kToldMs) account.seen = { at: now, stored };
}

/**
 * Where storage fails a record may, and takes its bytes along.
 *
 * @param {World} world @param {Account} account
 */
function mayLoseBytes(world, { resources }) {
  return (
    resources.some((each) => each.mayRestart) || world.hasDamaged || world.storageFaults > 0
  );
}

/** @param {World} world @param {Account} account @param {string} reason  '': success. */
function checkOutcome(world, account, reason) {
  const outcome = reason || 'success';
  if (account.outcome === '') account.outcome = outcome;
  if (account.outcome !== outcome) {
    world.fail('there is one outcome', `${account.uid} was ${account.outcome}, is ${outcome}`);
  }
  if (account.isAbortPromised && outcome !== 'aborted') {
    world.fail('who aborted hears of an abort', `${account.uid}: ${outcome}`);
  }
  if (!isEarned(world, account, outcome)) {
    world.fail('a failure is earned', `${account.uid} ended as ${outcome}`);
  }
}

/** @param {World} world @param {Account} account @param {string} outcome */
function isEarned(world, account, outcome) {
  switch (outcome) {
    case 'success':
      return true;
    case 'aborted':
      return account.isAbortAsked;
    case 'quota-exceeded':
      return world.quotaFaults > 0;
    case 'download-total-exceeded':
      return account.downloadTotal > 0 && longest(account) > account.downloadTotal;
    default:
      return (
        account.resources.some((each) => each.excuses.has(outcome)) ||
        (outcome === 'fetch-error' && world.storageFaults > 0)
      );
  }
}

/**
 * Of all versions that there were, the longest ones together.
 *
 * @param {Account} account
 */
function longest({ resources }) {
  return resources.reduce(
    (sum, { versions }) => sum + Math.max(...versions.map(({ length }) => length)), 0,
  );
}

/**
 * The app's event has come. @param {World} world @param {WorkerLife} life
 * @param {string} type @param {any} event
 */
export function onDelivery(world, life, type, event) {
  const { registration } = event;
  const { id, downloadTotal } = registration;
  const account = [...world.accounts.values()].find(
    (each) => each.id === id && each.downloadTotal === downloadTotal,
  );
  if (!account) return world.fail('only what was asked for is delivered', id);
  world.note(`${type} for ${account.uid}`);
  if (account.isForgotten) {
    // The worker of the registration that is gone may have begun before, and
    // what could not be deleted is found again.
    if (account.isGone && !life.isRobbed && world.storageFaults === 0) {
      world.fail('a new registration starts empty', account.uid);
    }
    return;
  }
  if (account.isAcknowledged) world.fail('what was acknowledged is not delivered', account.uid);
  account.attempts += 1;
  account.isOver = true;
  if (account.attempts > kDeliveryAttemptsMax) world.fail('attempts are bounded', account.uid);
  const reason = registration.failureReason;
  const expected = reason === '' ? 'success' : reason === 'aborted' ? 'abort' : 'fail';
  if (type !== `backgroundfetch${expected}`) {
    world.fail('there is one outcome', `${account.uid}: ${type} with '${reason}'`);
  }
  checkOutcome(world, account, reason);
  event.waitUntil(handle(world, life, account, registration));
}

/**
 * What an app does: read all, take its time.
 *
 * @param {World} world @param {WorkerLife} life @param {Account} account @param {any} registration
 */
async function handle(world, life, account, registration) {
  const faultsBefore = world.storageFaults;
  try {
    await readRecords(world, account, registration);
  } catch (error) {
    // Whose lock was taken away may find that its successor has dropped them, and
    // what could not be read once cannot be read again by the same worker.
    const isItsOwn = !life.isRobbed && !account.isForgotten;
    if (world.storageFaults === life.faultsBefore && isItsOwn) {
      world.fail('the records of an outcome can be read', `${account.uid}: ${error}`);
    }
  }
  await new Promise((resolve) => life.later(world.dice.below(3_000), () => resolve(null)));
  account.lifetimesEnded += 1;
  life.later(kAcknowledgedMs, () => {
    if (world.storageFaults === faultsBefore && !life.isRobbed) account.isAcknowledged = true;
  });
}

/** @param {World} world @param {Account} account @param {any} registration */
async function readRecords(world, account, registration) {
  const records = await registration.matchAll();
  if (records.length !== account.resources.length) {
    world.fail('every request has its record', `${account.uid}: ${records.length}`);
  }
  if (registration.failureReason !== '') return;
  let total = 0;
  for (const [index, record] of records.entries()) {
    const response = await record.responseReady;
    const blob = await response.blob();
    total += blob.size;
    checkBody(world, account.resources[index], response, blob);
  }
  if (registration.downloaded !== total) {
    world.fail('downloaded is what is stored', `${account.uid}: ${registration.downloaded}`);
  }
}

/** @param {World} world @param {Resource} resource @param {any} response @param {FakeBlob} blob */
function checkBody(world, resource, response, blob) {
  const etag = response.headers.get('etag');
  const version = resource.versions.find(
    (each) => (!etag || each.etag === etag) && blob.isContent(each.salt, each.length),
  );
  if (!version) world.fail('no byte differs', `${resource.url}: ${blob.size} bytes, ${etag}`);
}

/** The union of all chunks, by generation. @param {World} world @param {string} uid */
function storedBytes(world, uid) {
  let bytes = 0;
  /** @type {Map<string, number>} */
  const offsets = new Map();
  for (const [owner, record, number, begin, end] of world.storedChunks()) {
    if (owner !== uid) continue;
    const name = `${record}/${number}`;
    const offset = offsets.get(name) ?? 0;
    bytes += Math.max(0, end - Math.max(begin, offset));
    offsets.set(name, Math.max(offset, end));
  }
  return bytes;
}

/**
 * An attempt counts from the moment when pages are told that the fetch is over, or
 * its event has come: later ones need not come to that. The first of them may not have heard.
 *
 * @param {Account} account
 */
function hadItsChances({ enginesLostWhenOver }) {
  return enginesLostWhenOver >= kDeliveryAttemptsMax - 1;
}

/** The world has been kind for long enough. @param {World} world */
export function checkEverythingEnded(world) {
  for (const account of world.accounts.values()) {
    const { uid, told, isForgotten, lifetimesEnded, outcome } = account;
    if (told !== 'registered' || isForgotten || hadItsChances(account)) continue;
    if (!outcome) world.fail('everything ends', `${uid} has no outcome`);
    if (lifetimesEnded === 0) world.fail('an outcome is delivered', uid);
    if (account.isAbortDenied && outcome === 'aborted') {
      world.fail('who aborted hears of an abort', `${uid}: abort() said false`);
    }
  }
}

/** @param {World} world */
export function checkNothingLeft(world) {
  for (const store of ['chunks', 'heads', 'packs', 'packHeads', 'bodies']) {
    const [left] = world.storage.contents('background-fetch-polyfill:', store);
    if (left) world.fail('nothing is left', `${store}: ${left.key}`);
  }
}
