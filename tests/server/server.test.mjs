import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { get } from './raw-client.mjs';
import { bytesAt, sha256Of, startServer } from './server.mjs';

const kMiB = 1024 * 1024;

/** @type {import('./server.mjs').TestServer} */
let server;

before(async () => {
  server = await startServer();
});
after(() => server.close());

test('a plain GET sends the whole body with validators', async () => {
  const answer = await get(`${server.origin}/bytes/plain?size=3000000&seed=a`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-length'], '3000000');
  assert.equal(answer.headers['accept-ranges'], 'bytes');
  assert.equal(answer.headers.etag, '"a-3000000"');
  assert.ok(answer.headers['last-modified']);
  assert.equal(createHash('sha256').update(answer.body).digest('hex'), sha256Of('a', 3000000));
});

test('ranges joined are the whole body', async () => {
  const url = `${server.origin}/bytes/ranges?size=100&seed=b`;
  const first = await get(url, { Range: 'bytes=0-32' });
  const second = await get(url, { Range: 'bytes=33-' });
  assert.equal(first.status, 206);
  assert.equal(first.headers['content-range'], 'bytes 0-32/100');
  assert.equal(second.headers['content-range'], 'bytes 33-99/100');
  assert.deepEqual(Buffer.concat([first.body, second.body]), bytesAt('b', 0, 100));
});

test('a range behind the end is answered 416, several ranges 200', async () => {
  const url = `${server.origin}/bytes/odd-ranges?size=100`;
  const behind = await get(url, { Range: 'bytes=100-' });
  assert.equal(behind.status, 416);
  assert.equal(behind.headers['content-range'], 'bytes */100');
  assert.equal((await get(url, { Range: 'bytes=0-1,5-6' })).status, 200);
});

test('If-Range keeps a range only for the validator of now', async () => {
  const url = `${server.origin}/bytes/if-range?size=100&seed=c`;
  const { etag, 'last-modified': lastModified } = (await get(url)).headers;
  const statusFor = async (/** @type {string} */ ifRange) =>
    (await get(url, { 'Range': 'bytes=10-19', 'If-Range': ifRange })).status;
  assert.equal(await statusFor(String(etag)), 206);
  assert.equal(await statusFor(String(lastModified)), 206);
  assert.equal(await statusFor('"other"'), 200);
  assert.equal(await statusFor(`W/${etag}`), 200);
});

test('an upload is answered when all of it has arrived, and one that breaks off never', async () => {
  const url = `${server.origin}/bytes/upload?size=100`;
  const whole = await fetch(url, { method: 'POST', body: 'x'.repeat(1000) });
  assert.equal((await whole.arrayBuffer()).byteLength, 100);
  const body = new ReadableStream({
    pull: (controller) => controller.error(new Error('broken off')),
  });
  const broken = { method: 'POST', body, duplex: 'half' };
  await assert.rejects(fetch(url, /** @type {RequestInit} */ (broken)));
  await server.log.until('upload', (entries) => entries.every(({ endedAt }) => endedAt), 5_000);
  const [first, ...rest] = server.log.for('upload');
  assert.deepEqual([first.isReceived, first.complete], [true, true]);
  assert.deepEqual(rest.filter(({ isReceived, status }) => isReceived || status !== 0), []);
});

test('HEAD has the length and no body', async () => {
  const answer = await get(`${server.origin}/bytes/head?size=5000`, {}, { method: 'HEAD' });
  assert.equal(answer.headers['content-length'], '5000');
  assert.equal(answer.body.length, 0);
});

test('cut closes after exactly so many bytes, so many times', async () => {
  const url = `${server.origin}/bytes/cut?size=${4 * kMiB}&seed=d&cut=1500001:2`;
  const answers = [await get(url), await get(url), await get(url)];
  assert.deepEqual(answers.map(({ body }) => body.length), [1500001, 1500001, 4 * kMiB]);
  assert.deepEqual(answers.map(({ complete }) => complete), [false, false, true]);
  assert.deepEqual(answers[0].body, bytesAt('d', 0, 1500001));
  const entries = server.log.for('cut');
  assert.deepEqual(entries.map(({ cut }) => cut), [true, true, false]);
  assert.deepEqual(entries.map(({ bytesWritten }) => bytesWritten), [1500001, 1500001, 4 * kMiB]);
});

test('cut spends no turn on an answer that is short enough', async () => {
  const url = `${server.origin}/bytes/cut-short?size=1000&cut=600:1`;
  assert.equal((await get(url, { Range: 'bytes=0-599' })).complete, true);
  assert.equal((await get(url)).complete, false);
});

test('cutAt strikes whichever answer reaches the byte of the whole body', async () => {
  const url = `${server.origin}/bytes/cut-at?size=1000&cutAt=300:1&cutAt=700:1`;
  assert.equal((await get(url)).body.length, 300);
  assert.equal((await get(url, { Range: 'bytes=600-' })).body.length, 100);
  assert.equal((await get(url)).body.length, 1000);
});

test('reset drops the connection too', async () => {
  const answer = await get(`${server.origin}/bytes/reset?size=1000&reset=500`);
  assert.equal(answer.complete, false);
});

test('rate slows a connection down', async () => {
  const startedAt = performance.now();
  await get(`${server.origin}/bytes/slow?size=100000&rate=400000`);
  // The last of five steps leaves after 200 ms; timers may round down.
  assert.ok(performance.now() - startedAt >= 190);
});

test('delay holds the head back', async () => {
  const startedAt = performance.now();
  await get(`${server.origin}/bytes/late?delay=120`);
  assert.ok(performance.now() - startedAt >= 120);
});

test('status answers with an error so many times', async () => {
  const url = `${server.origin}/bytes/status?status=503:1&retryAfter=7:1`;
  const answer = await get(url);
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['retry-after'], '7');
  assert.equal((await get(url)).status, 200);
});

test('a switch may hold from one turn to another, or from one on', async () => {
  const url = `${server.origin}/bytes/turns?size=100&status=500:2..3&etag="late":4..`;
  const answers = [];
  for (let turn = 1; turn <= 4; turn += 1) answers.push(await get(url));
  assert.deepEqual(answers.map(({ status }) => status), [200, 500, 500, 200]);
  assert.deepEqual(answers.map(({ headers }) => headers.etag === '"late"'),
    [false, false, false, true]);
});

test('heads may be cut, of HTTP/1.0, or none', async () => {
  await assert.rejects(get(`${server.origin}/bytes/headless?size=100&headCut=0`));
  await assert.rejects(get(`${server.origin}/bytes/head-cut?size=100&headCut=40`));
  await assert.rejects(get(`${server.origin}/bytes/garbage?size=100&garbage=1`));
  const old = await get(`${server.origin}/bytes/http10?size=100&seed=b&http10=1`);
  assert.equal(old.headers['content-length'], undefined);
  assert.deepEqual(old.body, bytesAt('b', 0, 100));
});

test('redirects lead to the same body, on either origin', async () => {
  for (const where of ['same', 'cross', 'anew']) {
    const answer = await fetch(`${server.origin}/bytes/to-${where}?size=100&seed=b&redirect=${where}`);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytesAt('b', 0, 100));
    assert.equal(new URL(answer.url).origin,
      where === 'cross' ? server.crossOrigin : server.origin);
  }
});

test('a wrong part says what it is, unless it lies', async () => {
  const part = (/** @type {string} */ what) => get(
    `${server.origin}/bytes/part-${what}?size=100&seed=b&part=${what}`, { Range: 'bytes=10-19' });
  const [late, long, lying] = [await part('start'), await part('longer'), await part('lying')];
  assert.equal(late.headers['content-range'], 'bytes 11-19/100');
  assert.deepEqual(late.body, bytesAt('b', 11, 9));
  assert.equal(long.body.subarray(0, 10).equals(bytesAt('b', 10, 10)), true);
  assert.ok(long.body.length > 10);
  assert.equal(lying.headers['content-range'], 'bytes 10-19/100');
  assert.deepEqual(lying.body, bytesAt('b', 26, 10));
});

test('freshCookie refuses who does not bring the last one', async () => {
  const url = `${server.origin}/bytes/cookies?size=100&freshCookie=1`;
  const first = await get(url);
  const [cookie] = String(first.headers['set-cookie']).split(';');
  assert.equal((await get(url)).status, 403);
  assert.equal((await get(url, { Cookie: cookie })).status, 200);
  assert.equal((await get(url, { Cookie: cookie })).status, 403);
});

test('ranges.status spares plain requests', async () => {
  const url = `${server.origin}/bytes/only?size=100&ranges.status=500`;
  assert.equal((await get(url)).status, 200);
  assert.equal((await get(url, { Range: 'bytes=0-1' })).status, 500);
});

test('wav begins with a header of the right lengths, in ranges too', async () => {
  const url = `${server.origin}/bytes/noise?size=100&seed=e&wav=8000`;
  const { headers, body } = await get(url);
  assert.equal(headers['content-type'], 'audio/wav');
  assert.equal(body.toString('latin1', 0, 4) + body.toString('latin1', 8, 12), 'RIFFWAVE');
  assert.deepEqual([body.readUInt32LE(4), body.readUInt32LE(40)], [92, 56]);
  assert.equal(body.readUInt32LE(24), 8000);
  assert.deepEqual(body.subarray(44), bytesAt('e', 44, 56));
  const part = await get(url, { Range: 'bytes=40-49' });
  assert.deepEqual(part.body, body.subarray(40, 50));
});

test('noRanges ignores Range, noValidators hides validators', async () => {
  const url = `${server.origin}/bytes/bare?size=100&noRanges=1&noValidators=1`;
  const answer = await get(url, { Range: 'bytes=0-1' });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['accept-ranges'], undefined);
  assert.equal(answer.headers.etag, undefined);
  assert.equal(answer.headers['last-modified'], undefined);
});

test('chunked has no length, gzip only clients that accept it', async () => {
  const chunked = await get(`${server.origin}/bytes/chunked?size=100&chunked=1`);
  assert.equal(chunked.headers['content-length'], undefined);
  assert.equal(chunked.body.length, 100);
  const url = `${server.origin}/bytes/gzip?size=1000&seed=e&coding=gzip`;
  const zipped = await get(url, { 'Accept-Encoding': 'gzip', 'Range': 'bytes=0-9' });
  assert.equal(zipped.status, 200);
  assert.deepEqual(gunzipSync(zipped.body), bytesAt('e', 0, 1000));
  assert.equal((await get(url, { Range: 'bytes=0-9' })).status, 206);
});

test('cors=1 lets another origin read, expose says which headers', async () => {
  const url = `${server.crossOrigin}/bytes/cors?cors=1&expose=etag`;
  const { headers } = await get(url, { Origin: server.origin });
  assert.equal(headers['access-control-allow-origin'], server.origin);
  assert.equal(headers['access-control-expose-headers'], 'etag');
  const closed = await get(`${server.crossOrigin}/bytes/cors`, { Origin: server.origin });
  assert.equal(closed.headers['access-control-allow-origin'], undefined);
});

test('setSwitches replaces the switch of that name in the URL', async () => {
  const url = `${server.origin}/bytes/control?size=10&status=500`;
  server.setSwitches('control', 'status=404:1');
  assert.equal((await get(url)).status, 404);
  assert.equal((await get(url)).status, 200);
  server.setSwitches('control', '');
  assert.equal((await get(url)).status, 500);
});

test('an unknown switch is refused', async () => {
  assert.equal((await get(`${server.origin}/bytes/typo?cutt=1`)).status, 400);
  assert.throws(() => server.setSwitches('typo', 'cutt=1'), /no switch named cutt/);
});

test('a client that leaves is logged with less than everything', async () => {
  const url = `${server.origin}/bytes/left?size=${200 * kMiB}`;
  await get(url, {}, { leaveAtHead: true });
  const [entry] = await server.log.until('left', ([first]) => first?.endedAt !== null, 5000);
  assert.equal(entry.complete, false);
  assert.equal(entry.cut, false);
  assert.ok(entry.bytesWritten < 200 * kMiB);
});

test('dropConnections ends what is being sent', async () => {
  const answer = get(`${server.origin}/bytes/dropped?size=${kMiB}&rate=100000`);
  await server.log.until('dropped', ([first]) => first?.bytesWritten > 0, 5000);
  server.dropConnections('dropped');
  assert.equal((await answer).complete, false);
});

test('static files: type, worker scope, and nothing outside of the roots', async () => {
  const script = await get(`${server.origin}/pages/orders.js`);
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(script.headers['service-worker-allowed'], '/');
  assert.equal(script.headers['cache-control'], 'no-cache');
  assert.equal((await get(`${server.origin}/pages/%2e%2e/run.mjs`)).status, 404);
  assert.equal((await get(`${server.origin}/pages/..%2frun.mjs`)).status, 404);
});

test('an echo tells method, headers and body', async () => {
  const init = { method: 'PUT', headers: { 'X-Part': '1' }, body: 'hello' };
  const answer = await fetch(`${server.origin}/echo/any`, init);
  const { method, headers, body } = /** @type {import('./echo.mjs').Echo} */ (await answer.json());
  assert.equal(method, 'PUT');
  assert.equal(headers['x-part'], '1');
  assert.equal(Buffer.from(body, 'base64').toString(), 'hello');
});

test('offline, connections are dropped and refused until the server is online again', async () => {
  const url = `${server.origin}/bytes/offline?size=1000000&rate=100000`;
  const broken = fetch(url).then((response) => response.arrayBuffer());
  await server.log.until('offline', ([entry]) => entry?.bytesWritten > 0, 5_000);
  await server.goOffline();
  await assert.rejects(broken);
  await assert.rejects(get(url));
  await server.goOnline();
  assert.equal((await get(`${server.origin}/bytes/online?size=10`)).status, 200);
});
