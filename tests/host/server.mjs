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
 *   end: number, cutAt: number}} Answer  cutAt Infinity: the body is whole.
 */

/** As in src/base/limits.h. */
const kRetriesMax = 24;

const kOrigin = 'https://app.example';

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
      url: `${kOrigin}/files/${this.resources.size}`,
      versions: [],
      ranges: 'kept',
      hasLength: true,
      isCompressed: false,
      status: 200,
      uploads: 0,
      excuses: new Set(traits.status === 404 ? ['bad-status'] : []),
      failuresInARow: 0,
      mayRestart: false,
      ...traits,
    };
    // Without a length nobody knows that all is there until the stream ends.
    resource.mayRestart =
      resource.ranges === 'ignored' || !resource.hasLength || resource.isCompressed ||
      isUpload(resource);
    this.resources.set(resource.url, resource);
    this.change(resource, length);
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
    if (fault === 'busy') return this.#busy(resource);
    const answer = this.#honest(resource, request);
    if (fault === 'cut') {
      answer.cutAt = this.#world.dice.between(answer.begin, Math.max(answer.begin, answer.end - 1));
      this.#blame(resource);
    } else {
      resource.failuresInARow = 0;
    }
    if (fault === 'elsewhere') this.#misplace(resource, answer);
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
    if (isUpload(resource) || resource.failuresInARow > kRetriesMax) {
      resource.excuses.add('fetch-error');
    }
  }

  /** @param {Resource} resource */
  #fault(resource) {
    const { dice, faults } = this.#world;
    if (!dice.chance(faults.network)) return 'none';
    const fault = dice.pick([
      'refused', 'cut', 'cut', 'cut', 'busy', 'elsewhere', 'change', 'silent',
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
    // An upload is not repeated, so for one this is the answer.
    if (isUpload(resource)) resource.excuses.add('bad-status');
    this.#blame(resource);
    const headers = /** @type {[string, string][]} */ ([['retry-after', '2']]);
    const status = this.#world.dice.pick([429, 503]);
    return { status, headers, salt: 0, begin: 0, end: 0, cutAt: Infinity };
  }

  /**
   * @param {Resource} resource
   * @param {import('./messages-over-http.mjs').FakeRequest} request
   * @returns {Answer}
   */
  #honest(resource, request) {
    const { salt, length, etag, lastModified } = /** @type {Version} */ (resource.versions.at(-1));
    const whole = { salt, begin: 0, end: length, cutAt: Infinity };
    /** @type {[string, string][]} */
    const headers = [['content-type', 'application/octet-stream']];
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
    if (answer.status !== 206) return;
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
