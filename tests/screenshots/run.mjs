/**
 * Takes the pictures: `--engine E` (all three without it). They are for eyes;
 * nothing is compared.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { openDisplay } from '../browser/display.mjs';
import { engines } from '../browser/engines.mjs';
import { projectRoots, startServer } from '../server/server.mjs';

const kFolder = fileURLToPath(new URL('../../build/screenshots', import.meta.url));
const kHere = fileURLToPath(new URL('.', import.meta.url));
const kWindow = { width: 1280, height: 760 };
const kDriverTries = 50;

const { values } = parseArgs({
  options: { engine: { type: 'string', multiple: true, default: Object.keys(engines) } },
});

/** @type {Record<string, string>} */
const kScenes = {};
for (const scheme of ['light', 'dark']) {
  for (const width of [390, 1280]) kScenes[`${scheme}-${width}`] = `scheme=${scheme}&width=${width}`;
}
kScenes['light-390-rtl'] = 'scheme=light&width=390&dir=rtl&focus=1';

/** @typedef {(url: string, file: string) => Promise<void>} Camera */

/** @type {Record<string, (scratch: string, work: (camera: Camera) => Promise<void>) => Promise<void>>} */
const kCameras = {
  chromium: (scratch, work) => work((url, file) => runToEnd('/usr/bin/chromium', [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run',
    `--user-data-dir=${scratch}/profile`, `--window-size=${kWindow.width},${kWindow.height}`,
    // Its pictures wait for no image.
    '--virtual-time-budget=4000', `--screenshot=${file}`, url,
  ])),
  firefox: (scratch, work) => work((url, file) => runToEnd('firefox-esr', [
    '--headless', '--no-remote', '--profile', scratch, '--screenshot', file,
    `--window-size=${kWindow.width},${kWindow.height}`, url,
  ])),
  webkit: withWebDriver,
};

/** @param {string} command @param {string[]} args */
async function runToEnd(command, args) {
  const child = spawn(command, args, { stdio: 'ignore', timeout: 60_000 });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

/** @param {string} scratch @param {(camera: Camera) => Promise<void>} work */
async function withWebDriver(scratch, work) {
  const display = await openDisplay();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env, DISPLAY: display.name, HOME: scratch, NO_AT_BRIDGE: '1', GTK_A11Y: 'none',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  /** @param {string} method @param {string} command @param {object} [body] */
  const send = async (method, command, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/session${command}`, {
      method, ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = /** @type {any} */ (await answer.json());
    if (!answer.ok) throw new Error(`${command}: ${value.message}`);
    return value;
  };
  try {
    await untilListening(port);
    const { sessionId } = await send('POST', '', {
      capabilities: {
        alwaysMatch: {
          'webkitgtk:browserOptions': {
            binary: '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
            args: ['--automation'],
          },
        },
      },
    });
    await send('POST', `/${sessionId}/window/rect`, { x: 0, y: 0, ...kWindow });
    await work(async (url, file) => {
      await send('POST', `/${sessionId}/url`, { url });
      const picture = await send('GET', `/${sessionId}/screenshot`);
      writeFileSync(file, Buffer.from(picture, 'base64'));
    });
    await send('DELETE', `/${sessionId}`);
  } finally {
    driver.kill();
    await display.close();
  }
}

/** @param {number} port */
async function untilListening(port) {
  for (let tries = 0; tries < kDriverTries; tries += 1) {
    const status = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (status?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('WebKitWebDriver does not answer');
}

/** @returns {Promise<number>} */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  return port;
}

mkdirSync(kFolder, { recursive: true });
const server = await startServer({ roots: { ...projectRoots, '/stage/': kHere } });
try {
  for (const engine of values.engine) {
    const scratch = mkdtempSync(path.join(tmpdir(), 'screenshots-'));
    await kCameras[engine](scratch, async (camera) => {
      for (const [name, query] of Object.entries(kScenes)) {
        const file = path.join(kFolder, `${engine}-${name}.png`);
        await camera(`${server.origin}/stage/frame.html?${query}`, file);
        console.log(path.relative(process.cwd(), file));
      }
    });
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
} finally {
  await server.close();
}
