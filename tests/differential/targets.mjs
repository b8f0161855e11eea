/** Runs scripts in one browser, one after another, and brings their transcripts. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { launch } from '../browser/driver.mjs';
import { flatten } from './compare.mjs';

/**
 * The first native fetch of a fresh profile starts after some 3 s; what a
 * script waits for takes a second or two otherwise.
 */
const kScriptTimeoutMs = 15_000;
const kSlackMs = 15_000;

/**
 * @typedef {object} Target
 * @property {string} engine
 * @property {boolean} isNative
 *
 * @typedef {object} Script
 * @property {(api: any) => Promise<void>} page
 *   runs in the page, as a source; see pages/page.js for what it is given
 *
 * @typedef {Record<string, Script>} Scripts
 * @typedef {import('./compare.mjs').Transcript} Transcript
 */

/** @type {Record<string, Target>} */
export const targets = {
  native: { engine: 'chromium', isNative: true },
  chromium: { engine: 'chromium', isNative: false },
  firefox: { engine: 'firefox', isNative: false },
  webkit: { engine: 'webkit', isNative: false },
};

/** The page went, or stood still for longer than the script in it may. */
export class LostPage extends Error {}

/**
 * @param {Target} target
 * @param {import('../server/server.mjs').TestServer} server
 * @param {Scripts} scripts
 * @param {Map<string, Transcript>} transcripts  what has come; without those of scripts after
 *   the one that lost its page, where this throws a LostPage
 */
export async function runScripts({ engine, isNative }, server, scripts, transcripts) {
  const given = { crossOrigin: server.crossOrigin, isNative };
  const neutral = neutralise(server);
  const profile = makeProfile();
  const browser = await launch(engine, { server, profile });
  try {
    const page = await browser.open(`/differential/page.html${isNative ? '?polyfill=off' : ''}`);
    const marks = await page.run(
      (isNative) => /** @type {any} */ (self).differential.prepare(isNative), isNative);
    const expected = isNative ? 'undefined' : 'true';
    if (marks.some((/** @type {string} */ mark) => mark !== expected)) {
      throw new Error(`BackgroundFetchManager.polyfill in page and worker: ${marks}`);
    }
    for (const [name, script] of Object.entries(scripts)) {
      const facts = await page.run(
        ({ source, timeoutMs, given }) =>
          /** @type {any} */ (self).differential.run(source, timeoutMs, given),
        { source: script.page.toString(), timeoutMs: kScriptTimeoutMs, given },
        { timeoutMs: kScriptTimeoutMs + kSlackMs },
      ).catch((error) => {
        throw new LostPage(`"${name}" ended its page; ${browser.describe()}`, { cause: error });
      });
      transcripts.set(name, flatten(facts, neutral));
    }
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Native Background Fetch needs what downloads without a click need: of these
 * a Chromium that was not told otherwise allows a page only one.
 */
function makeProfile() {
  const profile = mkdtempSync(path.join(tmpdir(), 'differential-'));
  mkdirSync(path.join(profile, 'Default'));
  writeFileSync(path.join(profile, 'Default', 'Preferences'), JSON.stringify({
    profile: { default_content_setting_values: { automatic_downloads: 1 } },
  }));
  return profile;
}

/**
 * Ports are other ones in each run.
 *
 * @param {import('../server/server.mjs').TestServer} server
 */
function neutralise({ origin, crossOrigin }) {
  const names = [[origin, 'http://same'], [crossOrigin, 'http://other']];
  const encoded = names.map(([from, to]) => [encodeURIComponent(from), encodeURIComponent(to)]);
  /** @param {string} text */
  return (text) =>
    [...names, ...encoded].reduce((all, [from, to]) => all.replaceAll(from, to), text);
}
