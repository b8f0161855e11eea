// Server: what there is to fetch, and how it is answered.
//
// Traits of a resource last, and no download may fail because of them. Faults
// come and go; what each may excuse is noted with the resource.

/** @typedef {import('./world.mjs').World} World */

/** @typedef {{salt: number, length: number, etag: string, lastModified: string}} Version */

/**
 * @typedef {object} Resource
 * @property {string} url
 * @property {Version[]} versions  All that there were; the last is the present one.
 * @property {'kept' | 'ignored'} ranges
 * @property {boolean} hasLength  Whether heads say how long bodies are.
 * @property {boolean} isCompressed  On its way: no length, no ranges.
 * @property {boolean} isCrossOrigin  Only what CORS shows of its heads can be read.
 * @property {number} mirrors  Redirects to one of so many in turn, each of which has
 *   another representation; 0: no redirect.
 * @property {number} status
 * @property {number} uploads  Bodies that arrived.
 * @property {Set<string>} excuses  Failure reasons that would be the world's doing.
 * @property {number} failuresInARow  Requests that came to nothing since bytes came.
 * @property {boolean} mayRestart  Whether bytes may become worthless.
 */

/**
 * An answer: a head and the part of a content that follows it.
 *
 * @typedef {{status: number, headers: [string, string][], salt: number, begin: number,
 *   end: number, cutAt: number, url?: string}} Answer  url: after redirects;
 *   cutAt Infinity: the body is whole.
 */

/** As in src/base/limits.h. */
const kRetriesMax = 24;
const kRetriesUnansweredMax = 5;

const kOrigin = 'https://app.example';
const kOtherOrigin = 'https://cdn.example';

/** Those of ours that CORS does not hide. */
const kShownHeaders = ['content-length', 'content-type', 'last-modified'];

export class Server {
  #world;
  /** @type {Map<string, Resource>} By url. */
  resources = new Map();

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
  }

  /** @param {Partial<Resource> & {length: number}} traits @returns {Resource} */
  add({ length, ...traits }) {
    /** @type {Resource} */
    const resource = {
      url: `${traits.isCrossOrigin ? kOtherOrigin : kOrigin}/files/${this.resources.size}`,
      versions: [],
      ranges: 'kept',
      hasLength: true,
      isCompressed: false,
      isCrossOrigin: false,
      mirrors: 0,
      status: 200,
      uploads: 0,
      excuses: new Set(traits.status === 404 ? ['bad-status'] : []),
      failuresInARow: 0,
      mayRestart: false,
      ...traits,
    };
    this.resources.set(resource.url, resource);
    for (let i = 0; i < Math.max(resource.mirrors, 1); i += 1) this.change(resource, length);
    resource.mayRestart = mayRestart(resource);
    return resource;
  }

  /** A new version. @param {Resource} resource @param {number} length */
  change(resource, length) {
    const salt = this.resources.size * 100 + resource.versions.length + 1;
    const lastModified = new Date(Date.UTC(2026, 0, 1, 0, 0, salt)).toUTCString();
    if (resource.versions.length > 0) resource.mayRestart = true;
    resource.versions.push({ salt, length, etag: `"${salt}"`, lastModified });
  }

  /**
   * @param {import('./messages-over-http.mjs').FakeRequest} request
   * @returns {Answer | 'refused' | 'silent'}
   */
  answer(request) {
    const resource = /** @type {Resource} */ (this.resources.get(request.url));
    const fault = this.#fault(resource);
    if (fault === 'refused' || fault === 'silent') {
      this.#blame(resource);
      return fault;
    }
    if (request.body) this.#receive(resource, request.body);
    const answer = fault === 'busy' ? this.#busy(resource) : this.#present(resource, request, fault);
    if (resource.isCrossOrigin) {
      answer.headers = answer.headers.filter(([name]) => kShownHeaders.includes(name));
    }
    return answer;
  }

  /**
   * There was no network any more when it was to leave. An upload is not tried again: nobody
   * tells a script how far it came.
   *
   * @param {import('./messages-over-http.mjs').FakeRequest} request
   * @returns {'refused'}
   */
  miss({ url }) {
    const resource = /** @type {Resource} */ (this.resources.get(url));
    if (isUpload(resource)) this.#blame(resource);
    return 'refused';
  }

  /**
   * @param {Resource} resource
   * @param {import('./messages-over-http.mjs').FakeRequest} request
   * @param {string} fault
   */
  #present(resource, request, fault) {
    const mirror = resource.mirrors > 0 ? this.#world.dice.below(resource.mirrors) : -1;
    const answer = this.#honest(resource, request, mirror);
    if (mirror >= 0) answer.url = `${resource.url}/mirror-${mirror}`;
    if (fault === 'cut') {
      answer.cutAt = this.#world.dice.between(answer.begin, Math.max(answer.begin, answer.end - 1));
      this.#blame(resource);
    } else if (fault === 'overstated') {
      overstate(answer);
      this.#blame(resource);
      // Nothing fits a length that was a lie.
      resource.mayRestart = true;
    } else {
      resource.failuresInARow = 0;
    }
    if (fault === 'elsewhere') this.#misplace(resource, answer);
    if (fault === 'garbled') this.#garble(resource, answer);
    return answer;
  }

  /**
   * A request came to nothing. Of an upload nobody knows whether it has arrived;
   * what can be asked for again may only be given up after many of them in a row.
   *
   * @param {Resource} resource
   */
  #blame(resource) {
    resource.failuresInARow += 1;
    const most = resource.isCrossOrigin ? kRetriesUnansweredMax : kRetriesMax;
    if (isUpload(resource) || resource.failuresInARow > most) {
      resource.excuses.add('fetch-error');
    }
  }

  /** @param {Resource} resource */
  #fault(resource) {
    const { dice, faults } = this.#world;
    if (!dice.chance(faults.network)) return 'none';
    const fault = dice.pick([
      'refused', 'cut', 'cut', 'cut', 'busy', 'elsewhere', 'change', 'silent', 'garbled',
      'overstated',
    ]);
    this.#world.note(`${resource.url}: ${fault}`);
    if (fault === 'change') this.change(resource, dice.below(2 * resource.versions[0].length + 1));
    return fault;
  }

  /** @param {Resource} resource @param {import('./fake-blob.mjs').FakeBlob} body */
  #receive(resource, body) {
    resource.uploads += 1;
    if (resource.uploads > 1) this.#world.fail('an upload is sent once', resource.url);
    if (!body.isContent(kUploadSalt, body.size)) {
      this.#world.fail('an upload arrives as it was', resource.url);
    }
  }

  /** @param {Resource} resource @returns {Answer} */
  #busy(resource) {
    // An upload is not repeated, so for one this is the answer; and so it is
    // where CORS hides that it would be another one later.
    if (isUpload(resource) || resource.isCrossOrigin) resource.excuses.add('bad-status');
    // A part that is refused for no reason that can be seen starts over.
    if (resource.isCrossOrigin) resource.mayRestart = true;
    this.#blame(resource);
    const headers = /** @type {[string, string][]} */ ([['retry-after', '2']]);
    const status = this.#world.dice.pick([429, 503]);
    return { status, headers, salt: 0, begin: 0, end: 0, cutAt: Infinity };
  }

  /**
   * @param {Resource} resource
   * @param {import('./messages-over-http.mjs').FakeRequest} request
   * @param {number} mirror  Its index, or -1.
   * @returns {Answer}
   */
  #honest(resource, request, mirror) {
    const version = resource.versions.at(-1 - Math.max(mirror, 0));
    const { salt, length, etag, lastModified } = /** @type {Version} */ (version);
    const whole = { salt, begin: 0, end: length, cutAt: Infinity };
    /** @type {[string, string][]} */
    const headers = [
      ['content-type', resource.isCompressed ? 'text/plain' : 'application/octet-stream'],
    ];
    if (resource.isCompressed) {
      headers.push(['content-encoding', 'gzip'], ['content-length', String(length >> 1)]);
      return { ...whole, status: resource.status, headers };
    }
    headers.push(['etag', etag], ['last-modified', lastModified]);
    const range = resource.ranges === 'kept' && rangeOf(request, etag);
    if (!range) {
      if (resource.ranges === 'kept') headers.push(['accept-ranges', 'bytes']);
      if (resource.hasLength) headers.push(['content-length', String(length)]);
      return { ...whole, status: resource.status, headers };
    }
    const [begin, end] = [range.begin, Math.min(range.end, length)];
    if (begin >= end) {
      return { ...whole, end: 0, status: 416, headers: [['content-range', `bytes */${length}`]] };
    }
    headers.push(['content-range', `bytes ${begin}-${end - 1}/${length}`]);
    if (resource.hasLength) headers.push(['content-length', String(end - begin)]);
    return { status: 206, headers, salt, begin, end, cutAt: Infinity };
  }

  /**
   * Another part than the one that was asked for; its head says so.
   *
   * @param {Resource} resource @param {Answer} answer
   */
  #misplace(resource, answer) {
    // Across origins nobody could see that.
    if (answer.status !== 206 || resource.isCrossOrigin) return;
    const { length } = /** @type {Version} */ (resource.versions.at(-1));
    const begin = answer.begin > 0 ? answer.begin - 1 : 0;
    const end = answer.begin > 0 ? answer.end - 1 : answer.end - Math.min(1, answer.end - 1);
    if (end <= begin) return;
    resource.mayRestart = true;
    Object.assign(answer, { begin, end });
    answer.headers = answer.headers.filter(([name]) => !name.startsWith('content-'));
    answer.headers.push(
      ['content-range', `bytes ${begin}-${end - 1}/${length}`],
      ['content-length', String(end - begin)],
    );
  }

  /**
   * The part that was asked for, with a head that is none or of another one.
   *
   * @param {Resource} resource @param {Answer} answer
   */
  #garble(resource, answer) {
    if (answer.status !== 206) return;
    const { begin, end } = answer;
    const value = this.#world.dice.pick([
      '', 'bytes', `bytes ${end}-${begin}/*`, `bytes ${begin}-${end - 1}/${end - 1}`,
      `bytes=${begin}-${end - 1}`, `bytes ${begin}-${end}/99999999`, 'bytes 0-18446744073709551616/9',
    ]);
    resource.mayRestart = true;
    answer.headers = answer.headers.filter(([name]) => name !== 'content-range');
    if (value) answer.headers.push(['content-range', value]);
  }
}

/** It promises more than there is, which browsers call broken. @param {Answer} answer */
function overstate(answer) {
  const length = answer.headers.find(([name]) => name === 'content-length');
  if (!length) return;
  length[1] = String(Number(length[1]) + 1_000);
  answer.cutAt = answer.end;
  answer.end += 1_000;
}

/**
 * Without a length nobody knows that all is there until the stream ends.
 *
 * @param {Resource} resource
 */
function mayRestart(resource) {
  return (
    resource.ranges === 'ignored' || !resource.hasLength || resource.isCompressed ||
    resource.mirrors > 1 || isUpload(resource)
  );
}

/** @param {{url: string}} resource  Whether it is asked for with a body. */
export function isUpload({ url }) {
  return url.endsWith('?upload');
}

/** What pages upload. */
export const kUploadSalt = 99_999;

/**
 * @param {import('./messages-over-http.mjs').FakeRequest} request
 * @param {string} etag
 * @returns {{begin: number, end: number} | null}
 */
function rangeOf(request, etag) {
  const found = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
  if (!found) return null;
  const ifRange = request.headers.get('if-range');
  if (ifRange && ifRange.startsWith('"') && ifRange !== etag) return null;
  return { begin: Number(found[1]), end: found[2] === '' ? Infinity : Number(found[2]) + 1 };
}
