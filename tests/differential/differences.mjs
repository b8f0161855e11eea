/**
 * The one table of allowed differences: what native Chromium does, what ours
 * does, why, and our value of every fact that shows it. js/README.md has it in
 * short, by table.mjs.
 *
 * Rows without `targets` hold in all three engines.
 */

/** @type {import('./compare.mjs').Difference[]} */
export const differences = [
  {
    native: 'no `BackgroundFetchManager.polyfill`',
    ours: '`true`',
    why: 'how an app asks whether ours is at work',
    facts: {
      'shape: the manager in the page': {
        'statics › polyfill': 'value true; none',
      },
      'shape: the interfaces in the worker': {
        'Manager › statics › polyfill': 'value true; none',
      },
    },
  },
  {
    native: '`waitUntil` is inherited',
    ours: '`BackgroundFetchEvent` has its own',
    why: 'the platform\'s refuses events that a script dispatches',
    facts: {
      'shape: the interfaces in the worker': {
        'Event › prototype › waitUntil': 'function waitUntil/1; enumerable configurable writable',
      },
    },
  },
  {
    native: 'no `registration.updateUI()` in the worker',
    ours: 'there, not enumerable',
    why: 'articles use it',
    facts: {
      'shape: the interfaces in the worker': {
        'Registration › prototype › updateUI': 'function updateUI/1; configurable writable',
      },
    },
  },
  {
    native: 'events are trusted',
    ours: 'they are not',
    why: 'no script can dispatch trusted events',
    facts: {
      'events: success in full': {
        'members › isTrusted': false,
      },
    },
  },
  {
    native: '`structuredClone()` of a manager or record throws',
    ours: 'an empty object',
    why: 'objects of scripts cannot refuse',
    facts: {
      'shape: objects as text, key and JSON': {
        'cloning: record': 'returns {}',
        'cloning: manager': 'returns {}',
      },
    },
  },
  {
    native: '`updateUI()` of a constructed event returns `undefined`',
    ours: 'rejects `InvalidStateError`',
    why: 'a promise, as the draft says',
    facts: {
      'events: constructing BackgroundFetchEvent': {
        'updateUI of a constructed one': 'rejects DOMException InvalidStateError',
      },
    },
  },
  {
    native: 'an id with a lone surrogate becomes empty',
    ours: 'comes back as given',
    why: 'a DOMString, says the draft',
    facts: {
      'calls: a lone surrogate in an id': {
        id: [97, 55296, 98],
        ids: [3],
      },
    },
  },
  {
    native: '`downloadTotal: -1` is 2^64 − 1',
    ours: '2^53 − 1',
    why: 'the largest count that a number holds exactly',
    facts: {
      'calls: downloadTotal': {
        '-1': 'resolves 9007199254740991',
      },
    },
  },
  {
    native: 'icons have `platform` and `purpose`',
    ours: '`label`',
    why: 'the draft',
    facts: {
      'calls: the order in which options are read': {
        order: [
          'id', 'requests', 'request', 'icons', 'icon label', 'icon sizes', 'icon src', 'icon type',
          'title', 'downloadTotal', 'totalDownload',
        ],
      },
    },
  },
  {
    native: 'in the worker, `fetch(id, [])` rejects `NotAllowedError`',
    ours: '`TypeError`',
    why: 'the draft\'s order',
    facts: {
      'fetching: from the worker': {
        'fetch of nothing': 'rejects TypeError',
      },
    },
  },
  {
    native: '`get()` brings a new object each time',
    ours: 'one object for each fetch',
    why: 'the draft',
    facts: {
      'fetching: get and getIds while it is active': {
        'same object as started': true,
        'same object twice': true,
      },
    },
  },
  {
    native: 'the response of a record that exceeds `downloadTotal` is there',
    ours: 'rejects `TypeError`',
    why: 'the draft; its body is cut',
    facts: {
      'fetching: downloadTotal exceeded by one': {
        'worker › record': 'rejects TypeError',
      },
    },
  },
  {
    native: '`response.type` is "default"',
    ours: '"basic" or "cors"',
    why: 'the draft',
    facts: {
      'records: a response in full': {
        'response › type': 'basic',
      },
    },
  },
  {
    native: '`Content-Length` stays',
    ours: 'removed',
    why: 'the draft',
    facts: {
      'records: a response in full': {
        'response › headers › content-length': 'absent',
      },
    },
  },
  {
    native: 'of a header that came twice, the last',
    ours: 'both',
    why: 'as `fetch()`',
    facts: {
      'records: a response in full': {
        'response › headers › x-key': 'one, two',
      },
    },
  },
  {
    native: '`Content-Encoding` stays',
    ours: 'removed',
    why: 'the body is decoded; nobody must do it again',
    facts: {
      'records: an encoded body': {
        'content-encoding': null,
      },
    },
  },
  {
    native: 'all headers of other origins are readable',
    ours: 'those that CORS exposes',
    why: 'a script sees no others',
    facts: {
      'records: from another origin that permits it': {
        readable: ['content-type', 'x-shown', 'cache-control'],
      },
    },
  },
  {
    native: '`record.request` loses mode, credentials and more',
    ours: 'keeps everything',
    why: 'the draft',
    facts: {
      'records: a request in full': {
        'request › mode': 'cors',
        'request › credentials': 'include',
        'request › cache': 'no-cache',
        'request › referrerPolicy': 'origin-when-cross-origin',
        'request › referrer': 'elsewhere',
      },
      'records: a request of a plain URL': {
        'request › mode': 'cors',
        'request › credentials': 'same-origin',
      },
    },
  },
  {
    native: 'the body of a POST is gone from `record.request`',
    ours: 'kept, for any number of reads',
    why: 'the draft',
    facts: {
      'records: the body of a request, read twice': {
        first: 'resolves "posted"',
        second: 'resolves "posted"',
      },
    },
  },
  {
    native: 'cached responses keep `url`',
    ours: '"" there',
    why: 'a script cannot give a response one that lasts',
    facts: {
      'records: into a cache': {
        url: '',
      },
    },
  },
  {
    native: '`matchAll()` in the order of completion',
    ours: 'in the order of requests',
    why: 'the same answer each time',
    facts: {
      'matching: the order of records': {
        order: ['slow', 'quick', 'later'],
      },
    },
  },
  {
    native: 'taken before an abort, `responseReady` never settles',
    ours: '`AbortError`',
    why: 'the draft; every promise settles',
    facts: {
      'endings: abort while responseReady is waited for': {
        outcome: 'rejects DOMException AbortError',
      },
    },
  },
  {
    native: 'a POST whose answer breaks off is a success',
    ours: '`fetch-error`',
    why: 'the draft',
    facts: {
      'endings: a POST whose connection breaks': {
        end: ['failure', 'fetch-error'],
        'worker type': 'backgroundfetchfail',
        'worker record': 'rejects TypeError',
      },
    },
  },
  {
    native: 'the permission\'s `name` is "background_fetch"',
    ours: '"background-fetch"',
    why: 'the name that was asked for',
    facts: {
      'registrations: the permission': {
        name: 'background-fetch',
      },
    },
  },
  {
    native: 'an empty body is `null`',
    ours: 'an empty stream',
    why: 'as `fetch()`',
    facts: {
      'records: statuses without a body': {
        'worker › empty 200 › hasBody': true,
      },
      'records: HEAD': {
        'worker › head › hasBody': true,
      },
    },
  },
  {
    native: '`responseReady` of a refused request rejects `UnknownError`',
    ours: '`TypeError`',
    why: 'the draft',
    facts: {
      'records: from another origin that does not permit it': {
        'worker › refused': 'TypeError',
      },
    },
  },
  {
    native: 'a request whose body is locked is a `TypeError`',
    ours: 'cannot be asked',
    why: 'Firefox has no `Request.body` to lock',
    targets: ['firefox'],
    facts: {
      'calls: used and locked bodies': {
        locked: 'absent',
      },
    },
  },
  {
    native: 'in the worker, the permission is "prompt"',
    ours: '"granted", as in pages',
    why: 'one answer everywhere',
    facts: {
      'registrations: the permission': {
        'in the worker': 'resolves "granted"',
      },
    },
  },
];
