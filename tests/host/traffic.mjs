// Traffic: the requests that are under way, and what must hold of them.

import { isUpload } from './server.mjs';

/** @typedef {import('./server.mjs').Resource} Resource */
/** @typedef {import('./worker-life.mjs').WorkerLife} WorkerLife */
/** @typedef {import('./world.mjs').World} World */

/** As in src/base/limits.h. */
const kConnectionsPerOriginMax = 4;
const kConnectionsForSmallMax = 6;
const kSmallBytesMax = 64 * 1024;
const kConnectionsMax = 2 * kConnectionsPerOriginMax;
const kPartBytesInitial = 1024 * 1024;
const kPartBytesMax = 8 * kPartBytesInitial;
const kPartDurationMs = 1000;

/** What one read() of a stream brings at most. */
export const kReadBytesMax = 512 * 1024;

/**
 * A request under way.
 *
 * @typedef {object} Trip
 * @property {WorkerLife} life
 * @property {Resource} resource
 * @property {boolean} isPlain  Without a range.
 * @property {number} begin  Of the bytes that it is to bring.
 * @property {number} end
 * @property {boolean} isUnread  Its head is there, and nobody reads on.
 * @property {boolean} isReceived  To its end: nothing of it is on the network.
 * @property {number} bodyBegin  Where what it brings begins.
 * @property {number} received  Bytes that the worker was given.
 */

export class Traffic {
  #world;
  /** @type {Set<Trip>} */
  #open = new Set();
  /** Since the last look at it there are other requests, or others are read. */
  #hasChanged = false;
  #smallBodies = 0;

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
  }

  /**
   * @param {WorkerLife} life
   * @param {import('./messages-over-http.mjs').FakeRequest} request
   * @returns {Trip}
   */
  begin(life, { url, headers, cache, signal }) {
    const resource = /** @type {Resource} */ (this.#world.server.resources.get(url));
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.get('range') ?? '');
    const [begin, end] = range ? [Number(range[1]), range[2] ? Number(range[2]) + 1 : Infinity]
      : [0, Infinity];
    const trip = {
      life, resource, isPlain: !range, begin, end, isUnread: false, isReceived: false,
      bodyBegin: begin, received: 0,
    };
    if (range && cache !== 'no-store') this.#world.fail('our ranges are not cached', url);
    // An upload that may have left is not called back.
    if (this.#world.accountOf(resource)?.isPaused && !isUpload(resource)) {
      this.#world.fail('nothing is asked for while a fetch is paused', url);
    }
    this.#checkNotStored(trip);
    this.#open.add(trip);
    this.#hasChanged = true;
    signal.addEventListener('abort', () => this.end(trip));
    return trip;
  }

  /**
   * The head is there.
   *
   * @param {Trip} trip
   * @param {number} bodyBegin  Of its body: a server may answer a range with everything.
   */
  answered(trip, bodyBegin) {
    trip.bodyBegin = bodyBegin;
    trip.isUnread = true;
  }

  /** Its body is being read. @param {Trip} trip */
  reads(trip) {
    if (trip.isUnread) this.#hasChanged = true;
    trip.isUnread = false;
  }

  /** Nothing more of it will come. @param {Trip} trip @param {number} bytes */
  ended(trip, bytes) {
    if (trip.isReceived) return;
    if (bytes < kSmallBytesMax) this.#smallBodies += 1;
    trip.isReceived = true;
  }

  /** @param {Trip} trip */
  end(trip) {
    this.#open.delete(trip);
  }

  /** Between turns: then all is decided. */
  check() {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    /** @type {Map<WorkerLife, Trip[]>} */
    const byLife = new Map();
    for (const trip of this.#open) {
      if (trip.isUnread || trip.life.isDead) continue;
      byLife.set(trip.life, [...(byLife.get(trip.life) ?? []), trip]);
    }
    for (const trips of byLife.values()) this.#checkOf(trips);
  }

  /** @param {Trip[]} trips  Of one worker. */
  #checkOf(trips) {
    /** @type {Map<string, number>} */
    const byOrigin = new Map();
    for (const [index, trip] of trips.entries()) {
      for (const other of trips.slice(0, index)) this.#checkDistinct(trip, other);
      // The store may have it yet.
      if (trip.isReceived) continue;
      const { origin } = new URL(trip.resource.url);
      byOrigin.set(origin, (byOrigin.get(origin) ?? 0) + 1);
    }
    const all = [...byOrigin.values()].reduce((sum, count) => sum + count, 0);
    const most = Math.max(...byOrigin.values());
    const mostAllowed =
      this.#smallBodies < kConnectionsPerOriginMax ? kConnectionsPerOriginMax
        : kConnectionsForSmallMax;
    if (all > kConnectionsMax || most > mostAllowed) {
      this.#world.fail('connections are bounded', `${all}, ${most} to one origin`);
    }
  }

  /** @param {Trip} one @param {Trip} other */
  #checkDistinct(one, other) {
    if (one.resource !== other.resource) return;
    if (one.begin >= other.end || other.begin >= one.end) return;
    const text = `${one.resource.url} [${one.begin}, ${one.end}) and [${other.begin}, ${other.end})`;
    this.#world.fail('no two requests for the same bytes', text);
  }

  /** @param {Trip} trip */
  #checkNotStored({ resource, begin, end }) {
    const world = this.#world;
    if (resource.mayRestart || world.hasDamaged || world.storageFaults > 0) return;
    for (const [storedBegin, storedEnd] of world.storedRanges(resource)) {
      if (Math.max(begin, storedBegin) < Math.min(end, storedEnd)) {
        const text = `${resource.url} [${begin}, ${end}), of which [${storedBegin}, ${storedEnd})`;
        world.fail('stored bytes are not asked again', text);
      }
    }
  }

  /**
   * What was received and is not stored is fetched again: for each request that
   * was under way no more than one piece, which is about a second's worth.
   *
   * @param {WorkerLife} life  That dies.
   */
  checkLoss(life) {
    const world = this.#world;
    const pieceBytes = Math.min(
      Math.max(2 * kPartDurationMs * world.bytesPerMs, kPartBytesInitial), kPartBytesMax,
    );
    for (const trip of this.#open) {
      if (trip.life !== life) continue;
      this.#open.delete(trip);
      const { resource, bodyBegin: begin, received } = trip;
      if (world.storageFaults > 0 || world.hasDamaged || isUpload(resource)) continue;
      const lost = received - coveredBytes(world.storedRanges(resource), begin, begin + received);
      if (lost > pieceBytes + kReadBytesMax) {
        world.fail('a death costs what is in flight', `${resource.url}: ${lost} bytes`);
      }
    }
  }
}

/**
 * @param {[number, number][]} ranges  In order; they may overlap.
 * @param {number} begin
 * @param {number} end
 */
function coveredBytes(ranges, begin, end) {
  let bytes = 0;
  let offset = begin;
  for (const [from, to] of ranges) {
    const first = Math.max(from, offset);
    const last = Math.min(to, end);
    if (first >= last) continue;
    bytes += last - first;
    offset = last;
  }
  return bytes;
}
