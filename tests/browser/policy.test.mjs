/** The Content Security Policy that a site needs, as SECURITY.md has it, and what a stricter one does. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest, isWithoutWasm } from './engine-under-test.mjs';
import { kPage } from './fetching.mjs';

const kPagePolicy = "default-src 'none'; script-src 'self'; worker-src 'self'";
const kWorkerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const kWorker = `
  self.backgroundFetchPolyfill = { force: true };
  importScripts('/dist/background-fetch-polyfill.sw.js');
  addEventListener('install', (event) => event.waitUntil(skipWaiting()));
`;
const kWorkerWithoutWasm = kWorker.replace('.sw.js', '.nowasm.sw.js');
const kStrictPage = `<!doctype html>
<script src="/pages/strict.js"></script>
<script src="/dist/background-fetch-polyfill.js"></script>
`;

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {import('./driver.mjs').Page} */
let page;

/**
 * @param {string} type
 * @param {string} body
 * @returns {import('../server/server.mjs').Handler}
 */
function withPolicy(type, body) {
  return async (_, response, url) => {
    const policy = url.searchParams.get('policy') ?? kPagePolicy;
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(body);
  };
}

before(async () => {
  const names = ['needed', 'no-wasm', 'elsewhere'];
  server = await startServer({
    handlers: {
      ...Object.fromEntries(names.flatMap((name) => [
        [`/${name}/page.html`, withPolicy('text/html', kStrictPage)],
        [`/${name}/sw.js`, withPolicy('text/javascript', kWorker)],
      ])),
      '/without-wasm/page.html': withPolicy('text/html', kStrictPage),
      '/without-wasm/sw.js': withPolicy('text/javascript', kWorkerWithoutWasm),
    },
  });
  browser = await launch(engineUnderTest(), { server });
  page = await browser.open(`${kPage}?polyfill=off`);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * @param {string} name  Of a scope.
 * @param {string} policy  Of the worker's script.
 * @param {string} url
 * @returns {Promise<any>} What strict.js tells.
 */
function fetchUnder(name, policy, url) {
  const query = new URLSearchParams({
    script: `/${name}/sw.js?${new URLSearchParams({ policy })}`,
    url,
  });
  return page.run((source) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    addEventListener('message', function listen({ source: sender, data }) {
      if (sender !== frame.contentWindow) return;
      removeEventListener('message', listen);
      frame.remove();
      resolve(data);
    });
    frame.src = source;
    document.body.append(frame);
  }), `/${name}/page.html?${query}`);
}

test('a strict page and a worker that may compile wasm and connect need no more', async () => {
  const told = await fetchUnder('needed', kWorkerPolicy, '/echo/needed');
  assert.equal(JSON.parse(told.text).method, 'GET');
  assert.deepEqual({ ...told, text: '' },
    { result: 'success', failureReason: '', text: '', violations: [] });
});

test('a worker that may not compile wasm is an error that says so, and no hang', async () => {
  const policy = kWorkerPolicy.replace(" 'wasm-unsafe-eval'", '');
  const { name, message, result } = await fetchUnder('no-wasm', policy, '/echo/no-wasm');
  if (isWithoutWasm) {
    // Which shows that the run has the core that it says.
    assert.equal(result, 'success');
    return;
  }
  assert.equal(name, 'NotSupportedError');
  assert.match(message, /'wasm-unsafe-eval'/);
});

test('the script without wasm needs neither wasm nor eval of a policy', async () => {
  const policy = kWorkerPolicy.replace(" 'wasm-unsafe-eval'", '');
  const url = '/bytes/without-wasm?size=3000000';
  const { result, failureReason, violations } = await fetchUnder('without-wasm', policy, url);
  assert.deepEqual({ result, failureReason, violations },
    { result: 'success', failureReason: '', violations: [] });
});

test('a server that the worker may not connect to is a fetch-error', async () => {
  const url = `${server.crossOrigin}/bytes/elsewhere?size=5&cors=1`;
  const { result, failureReason, text } = await fetchUnder('elsewhere', kWorkerPolicy, url);
  assert.deepEqual({ result, failureReason, text },
    { result: 'failure', failureReason: 'fetch-error', text: 'TypeError' });
  assert.deepEqual(server.log.for('elsewhere'), []);
});
