/**
 * Takes the pictures: `--engine E` (all three without it), `--scene TEXT` (those
 * with it in their names), `--readme` (those of the README, into the demo, by
 * Firefox). They are for eyes; nothing is compared.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { openDisplay } from '../browser/display.mjs';
import { engines } from '../browser/engines.mjs';
import { projectRoots, startServer } from '../server/server.mjs';

const kFolder = fileURLToPath(new URL('../../build/screenshots', import.meta.url));
const kReadmeFolder = fileURLToPath(new URL('../../demo/pictures', import.meta.url));
const kHere = fileURLToPath(new URL('.', import.meta.url));
const kDriverTries = 50;

/** What is shown, how high, and for how long: speeds need some time to be known. */
const kStages = {
  tray: { at: 'stage.html', height: 760, ms: 3_500 },
  start: { at: '/', height: 900, ms: 3_500 },
  player: { at: '/player/', height: 1100, ms: 9_000 },
  course: { at: '/course/', height: 1500, ms: 9_000 },
  lab: { at: '/lab/', height: 1500, ms: 9_000 },
};

/**
 * Of the demo at work; `to`: what is at the top.
 *
 * @type {Record<string, {stage: keyof typeof kStages, to: string, width: number, height: number}>}
 */
const kReadmePictures = {
  tray: { stage: 'player', to: 'background-fetch-tray', width: 560, height: 420 },
  player: { stage: 'player', to: '', width: 1000, height: 640 },
  lab: { stage: 'lab', to: '', width: 1000, height: 640 },
};

/** So slow that all of them are in the middle when the picture is taken. */
const kRates = {
  'night-train.wav': 150_000, 'low-tide.wav': 60_000, 'first-snow.wav': 90_000,
  'lesson-3.webm': 80_000,
  ...Object.fromEntries([4, 5, 6, 7, 8, 9, 10].map((number) => [`lesson-${number}.wav`, 40_000])),
};

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    scene: { type: 'string', default: '' },
    readme: { type: 'boolean', default: false },
  },
});

/**
 * @typedef {object} Scene
 * @property {string} name
 * @property {string} query  of frame.html
 * @property {{width: number, height: number}} window
 *
 * @returns {Scene[]}
 */
function scenes() {
  const made = Object.entries(kStages).flatMap(([stage, { at, height, ms }]) => (
    ['light', 'dark'].flatMap((scheme) => [390, 1280].map((width) => ({
      name: `${stage}-${scheme}-${width}`,
      query: `at=${at}&ms=${ms}&scheme=${scheme}&width=${width}`,
      window: { width: 1280, height: width === 390 && stage !== 'tray' ? height * 1.5 : height },
    })))));
  made.push({
    name: 'tray-light-390-rtl',
    query: 'at=stage.html&ms=3500&scheme=light&width=390&dir=rtl&focus=1',
    window: { width: 1280, height: kStages.tray.height },
  });
  return made.filter(({ name }) => name.includes(values.scene));
}

/** @returns {Scene[]} */
function readmeScenes() {
  return Object.entries(kReadmePictures).map(([name, { stage, to, width, height }]) => {
    const { at, ms } = kStages[stage];
    const query = `at=${at}&ms=${ms}&scheme=light&width=${width}&to=${to}`;
    return { name, query, window: { width, height } };
  });
}

/** @typedef {(scratch: string, url: string, file: string, scene: Scene) => Promise<void>} Camera */

/** @type {Record<string, Camera>} */
const kCameras = {
  chromium: byDebugger,
  firefox: (scratch, url, file, { window: { width, height } }) => runToEnd('firefox-esr', [
    '--headless', '--no-remote', '--profile', scratch, '--screenshot', file,
    `--window-size=${width},${height}`, url,
  ]),
  webkit: byWebDriver,
};

/** @param {string} command @param {string[]} args */
async function runToEnd(command, args) {
  const child = spawn(command, args, { stdio: 'ignore', timeout: 60_000 });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

/**
 * Its `--screenshot` waits for no image but in virtual time, in which films never end.
 *
 * @type {Camera}
 */
async function byDebugger(scratch, url, file, { window: { width, height } }) {
  const child = spawn('/usr/bin/chromium', [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run',
    `--user-data-dir=${scratch}/profile`, '--remote-debugging-pipe', 'about:blank',
  ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], timeout: 60_000 });
  const exited = once(child, 'exit');
  const [, , , toBrowser, fromBrowser] = /** @type {any[]} */ (child.stdio);
  /** @type {((message: any) => boolean)[]} */
  const waiting = [];
  let text = '';
  fromBrowser.setEncoding('utf8').on('data', (/** @type {string} */ more) => {
    const messages = (text + more).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages.map((each) => JSON.parse(each))) {
      waiting.splice(0, Infinity, ...waiting.filter((takes) => !takes(message)));
    }
  });
  /** @param {(message: any) => boolean} isIt @returns {Promise<any>} */
  const next = (isIt) => Promise.race([
    new Promise((resolve) => waiting.push((message) => isIt(message) && (resolve(message), true))),
    exited.then(() => {
      throw new Error('chromium has ended');
    }),
  ]);
  let last = 0;
  /** @param {string} method @param {object} params @param {string} [sessionId] */
  const send = async (method, params, sessionId) => {
    const id = (last += 1);
    const answered = next((message) => message.id === id);
    toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { error, result } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  try {
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    await send('Emulation.setDeviceMetricsOverride', {
      width, height, deviceScaleFactor: 1, mobile: false,
    }, sessionId);
    await send('Page.enable', {}, sessionId);
    const loaded = next(({ method }) => method === 'Page.loadEventFired');
    await send('Page.navigate', { url }, sessionId);
    await loaded;
    const { data } = await send('Page.captureScreenshot', {}, sessionId);
    writeFileSync(file, Buffer.from(data, 'base64'));
  } finally {
    child.kill();
    await exited;
  }
}

/** @type {Camera} */
async function byWebDriver(scratch, url, file, { window }) {
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
    await send('POST', `/${sessionId}/window/rect`, { x: 0, y: 0, ...window });
    await send('POST', `/${sessionId}/url`, { url });
    const picture = await send('GET', `/${sessionId}/screenshot`);
    writeFileSync(file, Buffer.from(picture, 'base64'));
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

/**
 * A page of the demo as it is, and who acts on it.
 *
 * @param {string} folder
 * @returns {import('../server/server.mjs').Handler}
 */
function withActs(folder) {
  return async (_, response) => {
    const html = readFileSync(path.join(projectRoots['/'], folder, 'index.html'), 'utf8');
    const scripts = ['/pages/color-scheme.js', '/stage/acts.js']
      .map((script) => `<script src="${script}" defer></script>`).join('');
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(html.replace('</head>', `${scripts}$&`));
  };
}

const folder = values.readme ? kReadmeFolder : kFolder;
mkdirSync(folder, { recursive: true });
for (const engine of values.readme ? ['firefox'] : values.engine) {
  for (const scene of values.readme ? readmeScenes() : scenes()) {
    const { name, query } = scene;
    const server = await startServer({
      roots: { ...projectRoots, '/stage/': kHere },
      handlers: Object.fromEntries(
        ['/', '/player/', '/course/', '/lab/'].map((page) => [page, withActs(page)])),
    });
    for (const [file, rate] of Object.entries(kRates)) server.setSwitches(file, `rate=${rate}`);
    const scratch = mkdtempSync(path.join(tmpdir(), 'screenshots-'));
    const file = path.join(folder, values.readme ? `${name}.png` : `${engine}-${name}.png`);
    try {
      await kCameras[engine](scratch, `${server.origin}/stage/frame.html?${query}`, file, scene);
      console.log(path.relative(process.cwd(), file));
    } finally {
      await server.close();
      // A browser that has ended may still be writing; only this one begins again then.
      await rm(scratch, { recursive: true, force: true, maxRetries: 20 });
    }
  }
}
