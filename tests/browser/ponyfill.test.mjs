/** Importing the ponyfill does nothing, in pages and workers; install() does. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { startServer } from '../server/server.mjs';
import { launch } from './driver.mjs';
import { engineUnderTest } from './engine-under-test.mjs';

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));
const kHtml = `<!doctype html>
<html lang="en">
<title>ponyfill</title>
<script src="/driver/origin.js"></script>
<script src="/pages/orders.js"></script>
<script src="/ponyfill/page.js"></script>
</html>`;

/** @typedef {{globals: string[], members: string[], isOurs: boolean, calls: string[]}} Look */
/** @typedef {{before: Look, imported: Look, installed: Look, isInstalled: boolean}} Looks */

/** @param {string} entry  Of the package. @returns {Promise<string>} A classic script. */
async function scriptWith(entry) {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { before, look } from './tests/browser/pages/looking.js';
        import { install } from 'background-fetch-polyfill/${entry}';
        const imported = look();
        const isInstalled = install({ force: true });
        self.looks = { before, imported, installed: look(), isInstalled };`,
      resolveDir: kProjectFolder,
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  return outputFiles[0].text;
}

/** @type {import('../server/server.mjs').TestServer} */
let server;
/** @type {import('./driver.mjs').Browser} */
let browser;
/** @type {import('./driver.mjs').Page} */
let page;

/** @param {string} type @param {string} body @returns {import('../server/server.mjs').Handler} */
const answering = (type, body) => async (_, response) => {
  response.writeHead(200, { 'Content-Type': type }).end(body);
};

before(async () => {
  // The app's own listener, which comes after install() as apps' do.
  const worker = `${await scriptWith('ponyfill/service-worker')}
    addEventListener('message', ({ data, ports }) => {
      if (data === 'looks') ports[0].postMessage(self.looks);
    });`;
  server = await startServer({
    handlers: {
      '/ponyfill/page.html': answering('text/html', kHtml),
      '/ponyfill/page.js': answering('text/javascript', await scriptWith('ponyfill')),
      '/ponyfill/sw.js': answering('text/javascript', worker),
    },
  });
  browser = await launch(engineUnderTest(), { server });
  page = await browser.open('/ponyfill/page.html?polyfill=off');
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** @param {Looks} looks */
function assertOnlyInstalled({ before, imported, installed, isInstalled }) {
  assert.deepEqual(imported, before);
  assert.equal(imported.isOurs, false);
  assert.deepEqual([isInstalled, installed.isOurs], [true, true]);
  // What looks would have seen it.
  assert.ok(installed.globals.includes('BackgroundFetchManager'));
  assert.ok(installed.members.includes('backgroundFetch'));
  assert.ok(installed.calls.some((call) => call.startsWith('addEventListener')));
}

test('a page that imports the ponyfill is as it was, until install()', async () => {
  assertOnlyInstalled(await page.run(() => /** @type {any} */ (self).looks));
});

test('a worker that imports the ponyfill is as it was, until install()', async () => {
  assertOnlyInstalled(await page.run(async () => {
    const { installing, waiting, active } =
      await navigator.serviceWorker.register('/ponyfill/sw.js');
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    (installing ?? waiting ?? active)?.postMessage('looks', [port2]);
    return /** @type {Promise<any>} */ (answer);
  }));
});
