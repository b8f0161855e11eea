/**
 * Every way in which a generated body's server can misbehave, one row each.
 *
 * A switch is set in the query string (`?cut=1048576:4`) or for a name by a
 * control call, which wins. `value:times` limits any of them to that many
 * answers; without a number it holds for ever. One switch may stand several
 * times (`?cutAt=1000:1&cutAt=2000:1`).
 *
 * The first table changes what there is to serve, before the answer is chosen;
 * the second the chosen answer, in the order in which the switches are written.
 * A row with `takesTurns` asks for its turn itself, at the moment it strikes;
 * all others spend one when they are applied.
 */

/**
 * @typedef {object} Asked
 * @property {string} method
 * @property {string | undefined} range
 * @property {string | undefined} ifRange
 * @property {boolean} acceptsGzip
 *
 * @typedef {object} Representation
 * @property {number} size
 * @property {string} seed
 * @property {string} contentType
 * @property {string | null} etag
 * @property {string | null} lastModified
 * @property {boolean} ranges  whether Range is honoured and advertised
 * @property {boolean} gzip  whether to compress for clients that accept it
 *
 * @typedef {object} Plan
 * @property {number} intakeBytesPerSecond  of the request's body
 * @property {number} delayMs  before the head
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {import('./http-range.mjs').ByteRange | null} sent
 * @property {import('./body-writer.mjs').BodyPlan} body
 *
 * @typedef {object} RepresentationSwitch
 * @property {string} summary
 * @property {(representation: Representation, value: string) => void} apply
 *
 * @typedef {object} AnswerSwitch
 * @property {string} summary
 * @property {boolean} [takesTurns]
 * @property {(plan: Plan, value: string, takeTurn: () => boolean) => void} apply
 */

/** @type {Record<string, RepresentationSwitch>} */
export const representationSwitches = {
  contentType: {
    summary: 'Content-Type; application/octet-stream unless set',
    apply: (representation, value) => {
      representation.contentType = value;
    },
  },
  version: {
    summary: 'other bytes under the same URL, and other validators',
    apply: (representation, value) => {
      representation.seed = value;
      if (representation.etag) representation.etag = `"${value}"`;
      if (representation.lastModified) representation.lastModified = new Date(0).toUTCString();
    },
  },
  noRanges: {
    summary: 'Range is ignored and not advertised: 200 with everything',
    apply: (representation) => {
      representation.ranges = false;
    },
  },
  noValidators: {
    summary: 'neither ETag nor Last-Modified',
    apply: (representation) => {
      representation.etag = null;
      representation.lastModified = null;
    },
  },
  gzip: {
    summary: 'compressed for clients that accept it, then without ranges; made in memory',
    apply: (representation) => {
      representation.gzip = true;
    },
  },
};

/** @type {Record<string, AnswerSwitch>} */
export const answerSwitches = {
  expose: {
    summary: 'Access-Control-Expose-Headers, as written',
    apply: (plan, value) => {
      plan.headers['Access-Control-Expose-Headers'] = value;
    },
  },
  cacheControl: {
    summary: 'Cache-Control, as written',
    apply: (plan, value) => {
      plan.headers['Cache-Control'] = value;
    },
  },
  status: {
    summary: 'answers this status with a short text',
    apply: (plan, value) => {
      const text = Buffer.from(`status ${value}\n`);
      plan.status = Number(value);
      plan.sent = null;
      plan.headers = {
        ...corsHeaders(plan.headers),
        'Content-Type': 'text/plain',
        'Content-Length': String(text.length),
      };
      plan.body = {
        ...plan.body,
        length: text.length,
        read: (offset, length) => text.subarray(offset, offset + length),
      };
    },
  },
  retryAfter: {
    summary: 'Retry-After, as written; write it after status',
    apply: (plan, value) => {
      plan.headers['Retry-After'] = value;
    },
  },
  chunked: {
    summary: 'no Content-Length',
    apply: (plan) => {
      delete plan.headers['Content-Length'];
    },
  },
  claim: {
    summary: 'Content-Length says this, whatever is sent; the connection closes after it',
    apply: (plan, value) => {
      plan.headers['Content-Length'] = value;
      plan.headers.Connection = 'close';
    },
  },
  delay: {
    summary: 'milliseconds before the head',
    apply: (plan, value) => {
      plan.delayMs = Number(value);
    },
  },
  intake: {
    summary: 'bytes of the request\'s body that are read a second',
    apply: (plan, value) => {
      plan.intakeBytesPerSecond = Number(value);
    },
  },
  rate: {
    summary: 'bytes a second and connection',
    apply: (plan, value) => {
      plan.body.bytesPerSecond = Number(value);
    },
  },
  cut: {
    summary: 'the connection closes after so many bytes of an answer that has more',
    takesTurns: true,
    apply: (plan, value, takeTurn) => cutAfter(plan, Number(value), takeTurn, false),
  },
  cutMean: {
    summary: 'like cut, after a random number of bytes with this mean, the same in every run',
    takesTurns: true,
    apply: (plan, value, takeTurn) => {
      cutAfter(plan, Math.ceil(-Math.log(1 - nextRandom()) * Number(value)), takeTurn, false);
    },
  },
  reset: {
    summary: 'like cut, by RST',
    takesTurns: true,
    apply: (plan, value, takeTurn) => cutAfter(plan, Number(value), takeTurn, true),
  },
  cutAt: {
    summary: 'like cut, counted from the start of the whole body; strikes whoever gets there',
    takesTurns: true,
    apply: (plan, value, takeTurn) => {
      if (plan.sent) cutAfter(plan, Number(value) - plan.sent.begin, takeTurn, false);
    },
  },
};

let randomState = 1;

/** In [0, 1), by xorshift: a server started anew draws the same. */
function nextRandom() {
  randomState ^= randomState << 13;
  randomState ^= randomState >>> 17;
  randomState ^= randomState << 5;
  return (randomState >>> 0) / 2 ** 32;
}

/**
 * @param {Plan} plan
 * @param {number} afterBytes
 * @param {() => boolean} permits
 * @param {boolean} reset
 */
function cutAfter(plan, afterBytes, permits, reset) {
  if (afterBytes < 0 || afterBytes >= plan.body.length) return;
  plan.body.cuts.push({ afterBytes, permits, reset });
}

/** @param {Record<string, string>} headers */
function corsHeaders(headers) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('Access-Control-')),
  );
}
