/** Requests reach the server, and come back as records, as the app made them. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';
import { kPage } from './fetching.mjs';
import { registerRunner, runInWorker } from './running.mjs';

const kScope = '/pages/';
const kWorkerScope = '/pages/allowed/';
const kDeniedScope = '/pages/denied/';

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {import('./driver.mjs').Page} */
let page;

before(async () => {
  server = await startServer();
  browser = await launch(engineUnderTest(), { server });
  page = await browser.open(kPage);
  await registerRunner(page, { scope: kScope });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * What is sent, and what the record gives back: twice, and while the answer of
 * another request keeps the fetch going.
 *
 * @param {string} id
 * @param {string} source  An expression: the RequestInit.
 */
function roundTrip(id, source) {
  return page.run(async ({ id, source, scope, url, slowUrl }) => {
    const registration = /** @type {any} */ (await navigator.serviceWorker.getRegistration(scope));
    const init = new Function(`return (${source});`)();
    const request = new Request(url, init);
    const fetching = await registration.backgroundFetch.fetch(id, [request, slowUrl]);
    const names = [
      'url', 'method', 'mode', 'credentials', 'cache', 'redirect', 'referrer', 'referrerPolicy',
      'integrity',
    ];
    /** @type {(request: any) => any} */
    const describe = (request) => ({
      ...Object.fromEntries(names.map((name) => [name, request[name]])),
      headers: [...request.headers],
    });
    const [record] = await fetching.matchAll();
    const bodies = [await record.request.text()];
    const [again] = await fetching.matchAll();
    bodies.push(await again.request.text());
    const echo = init.integrity ? null : await (await record.responseReady).json();
    const { uploadTotal } = fetching;
    await fetching.abort();
    return {
      isUsed: request.bodyUsed,
      isOneObject: record.request === record.request && again.request !== record.request,
      given: describe(request),
      stored: describe(record.request),
      bodies, uploadTotal, echo,
    };
  }, {
    id, source, scope: kScope,
    url: `${server.origin}/echo/${id}?part=1#chapter`,
    slowUrl: `${server.origin}/bytes/${id}?size=1000000&rate=10000`,
  });
}

/** @param {string | undefined} base64 */
function decode(base64) {
  return Buffer.from(base64 ?? '', 'base64').toString('latin1');
}

for (const [name, source] of Object.entries({
  plain: '{}',
  members: `{
    method: 'PUT', headers: { 'X-Part': '1', Accept: 'film/*' }, body: 'hello',
    mode: 'same-origin', credentials: 'omit', cache: 'no-store', redirect: 'error',
    referrer: '/pages/from', referrerPolicy: 'unsafe-url',
  }`,
  integrity: `{ integrity: 'sha256-AAAA', cache: 'reload', credentials: 'include' }`,
})) {
  test(`a request comes back as it was: ${name}`, async () => {
    const { given, stored, echo, isOneObject } = await roundTrip(`request-${name}`, source);
    assert.deepEqual(stored, given);
    assert.equal(isOneObject, true);
    if (!echo) return;
    assert.equal(echo.method, given.method);
    for (const [header, value] of given.headers) assert.equal(echo.headers[header], value, header);
  });
}

for (const [name, { source, type, bytes }] of Object.entries({
  string: { source: `'hello'`, type: 'text/plain;charset=UTF-8', bytes: 'hello' },
  Blob: { source: `new Blob(['abc'], { type: 'x/y' })`, type: 'x/y', bytes: 'abc' },
  ArrayBuffer: {
    source: 'new Uint8Array([1, 2, 3]).buffer',
    type: undefined,
    bytes: '\x01\x02\x03',
  },
  URLSearchParams: {
    source: `new URLSearchParams({ a: 'b c' })`,
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
    bytes: 'a=b+c',
  },
})) {
  test(`a body is sent whole and comes back twice: ${name}`, async () => {
    const { echo, bodies, uploadTotal, isUsed } =
      await roundTrip(`body-${name}`, `{ method: 'POST', body: ${source} }`);
    assert.equal(isUsed, true);
    assert.equal(decode(echo.body), bytes);
    assert.equal(echo.headers['content-type'], type);
    assert.equal(uploadTotal, bytes.length);
    assert.deepEqual(bodies, [bytes, bytes]);
  });
}

const kForm = `(() => {
  const body = new FormData();
  body.append('title', 'Film');
  body.append('file', new File(['0123456789'], 'film.txt', { type: 'text/x-film' }));
  return { method: 'POST', body };
})()`;

test('a form with a file is sent whole, where a script may read it', async () => {
  const isReadable = await page.run(async (source) => {
    const init = new Function(`return ${source};`)();
    return new Request('/', init).blob().then(() => true, () => false);
  }, kForm);
  // WebKitGTK 2.50 reads no such Request in any way; it can only send it.
  assert.equal(isReadable, engineUnderTest() !== 'webkit');
  if (!isReadable) {
    await assert.rejects(roundTrip('body-form', kForm), /TypeError/);
    return;
  }
  const { echo, bodies, uploadTotal } = await roundTrip('body-form', kForm);
  const sent = decode(echo.body);
  const boundary = /^multipart\/form-data; ?boundary=(.+)$/.exec(echo.headers['content-type'])?.[1];
  assert.ok(boundary && sent.startsWith(`--${boundary}\r\n`), echo.headers['content-type']);
  assert.match(sent, /name="title"\r\n\r\nFilm\r\n/);
  assert.match(sent, /filename="film\.txt"\r\nContent-Type: text\/x-film\r\n\r\n0123456789\r\n/i);
  assert.equal(uploadTotal, sent.length);
  assert.deepEqual(bodies, [sent, sent]);
});

test('a stream is read to its end before fetch() resolves, where it may be a body', async (t) => {
  const mayBeBody = await page.run(() => {
    let isAsked = false;
    const init = /** @type {any} */ ({
      method: 'POST',
      body: new ReadableStream(),
      get duplex() {
        isAsked = true;
        return 'half';
      },
    });
    const isText = new Request('/', init).headers.has('Content-Type');
    return isAsked && !isText;
  });
  // Firefox and WebKit send the text "[object ReadableStream]" whoever asks: there
  // is no stream that could arrive.
  if (!mayBeBody) {
    t.skip('the engine takes a stream for a string');
    return;
  }
  const { echo, bodies, uploadTotal } = await roundTrip('body-stream', `{
    method: 'POST', duplex: 'half',
    body: new ReadableStream({
      async start(controller) {
        for (const piece of ['one ', 'two ', 'three']) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          controller.enqueue(new TextEncoder().encode(piece));
        }
        controller.close();
      },
    }),
  }`);
  assert.equal(decode(echo.body), 'one two three');
  assert.equal(uploadTotal, 13);
  assert.deepEqual(bodies, ['one two three', 'one two three']);
});

/** @param {string} call  An expression of `backgroundFetch` and `url`. */
function rejectionOf(call) {
  return page.run(async ({ call, scope, url }) => {
    const registration = /** @type {any} */ (await navigator.serviceWorker.getRegistration(scope));
    try {
      const evaluate = new Function('backgroundFetch', 'url', `return ${call};`);
      await evaluate(registration.backgroundFetch, url);
      return 'resolved';
    } catch (error) {
      return /** @type {Error} */ (error).name;
    }
  }, { call, scope: kScope, url: `${server.origin}/echo/refused` });
}

for (const call of [
  `backgroundFetch.fetch()`,
  `backgroundFetch.fetch('a')`,
  `backgroundFetch.fetch('', url)`,
  `backgroundFetch.fetch('a', [])`,
  `backgroundFetch.fetch('a', 'https://')`,
  `backgroundFetch.fetch('a', 'https://user:secret@example.test/')`,
  `backgroundFetch.fetch('a', new Request(url, { mode: 'no-cors' }))`,
  `backgroundFetch.fetch('a', 'data:text/plain,film')`,
  `backgroundFetch.fetch('a', URL.createObjectURL(new Blob(['film'])))`,
  `backgroundFetch.fetch('a', 'file:///film')`,
  `backgroundFetch.fetch('a', 'about:blank')`,
  `backgroundFetch.fetch('a', 'http://localhost:22/')`,
  `backgroundFetch.fetch('a', url, { icons: {} })`,
  `backgroundFetch.get('')`,
]) {
  test(`${call} is a TypeError`, async () => {
    assert.equal(await rejectionOf(call), 'TypeError');
  });
}

test('a Request whose body was read is a TypeError', async () => {
  assert.equal(await rejectionOf(`(async () => {
    const request = new Request(url, { method: 'POST', body: 'x' });
    await request.text();
    await backgroundFetch.fetch('a', request);
  })()`), 'TypeError');
  assert.equal(await rejectionOf(`(async () => {
    const request = new Request(url, { method: 'POST', body: 'x' });
    await backgroundFetch.fetch('a', [request, request]);
  })()`), 'TypeError');
});

test('a downloadTotal beyond the quota, where it is known, is a QuotaExceededError', async () => {
  const { isKnown, error } = await page.run(async ({ scope, url }) => {
    const registration = /** @type {any} */ (await navigator.serviceWorker.getRegistration(scope));
    const isKnown = Boolean(navigator.storage?.estimate);
    try {
      const options = { downloadTotal: 2 ** 52 };
      await (await registration.backgroundFetch.fetch('too-large', url, options)).abort();
      return { isKnown, error: null };
    } catch (error) {
      const { name, quota, requested } = /** @type {any} */ (error);
      const { QuotaExceededError = DOMException } = /** @type {any} */ (self);
      const isOfItsClass = error instanceof QuotaExceededError;
      return { isKnown, error: { name, quota, requested, isOfItsClass } };
    }
  }, { scope: kScope, url: `${server.origin}/echo/too-large` });
  const expected = { name: 'QuotaExceededError', quota: null, requested: null, isOfItsClass: true };
  assert.deepEqual(error, isKnown ? expected : null);
});

test('the permission can be asked for, in pages and in workers', async () => {
  const query = async () => {
    // WebKitGTK's workers have none.
    if (!navigator.permissions) return null;
    const permission = /** @type {any} */ ({ name: 'background-fetch' });
    const status = await navigator.permissions.query(permission);
    // WebKit's workers may know no other name.
    const other = await navigator.permissions.query({ name: 'geolocation' }).catch(() => null);
    return {
      state: status.state,
      isStatus: status instanceof (/** @type {any} */ (self).PermissionStatus ?? EventTarget),
      isOtherItself: other === null || other.name === 'geolocation',
      onchange: status.onchange,
    };
  };
  const expected = { state: 'granted', isStatus: true, isOtherItself: true, onchange: null };
  assert.deepEqual(await page.run(query), expected);
  const inWorker = await runInWorker(page, kScope, query);
  assert.deepEqual(inWorker, inWorker && expected);
  const hasPermissions = await runInWorker(page, kScope, () => 'permissions' in navigator);
  assert.equal(inWorker !== null, hasPermissions);
});

test('a service worker may start a fetch only where the app allows it', async () => {
  await registerRunner(page, { scope: kWorkerScope, settings: { allowFromServiceWorker: true } });
  await registerRunner(page, {
    scope: kDeniedScope, settings: { allowFromServiceWorker: true, permission: 'denied' },
  });
  /** @param {{id: string, requests: string | string[]}} argument */
  const start = async ({ id, requests }) => {
    const { backgroundFetch } = /** @type {any} */ (self).registration;
    try {
      return (await backgroundFetch.fetch(id, requests)).id;
    } catch (error) {
      return /** @type {Error} */ (error).name;
    }
  };
  const argument = { id: 'from-worker', requests: '/echo/from-worker' };
  assert.equal(await runInWorker(page, kScope, start, argument), 'NotAllowedError');
  assert.equal(await runInWorker(page, kDeniedScope, start, argument), 'NotAllowedError');
  assert.equal(await runInWorker(page, kWorkerScope, start, argument), 'from-worker');
  // Bad requests come before permission.
  assert.equal(await runInWorker(page, kScope, start, { id: 'a', requests: [] }), 'TypeError');
});
