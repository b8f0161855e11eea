// What the README tells a shell, where its links lead, and the reference beside it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { kBundles } from '../../js/build/bundles.mjs';
import { kReferenceFile, makeReference } from '../../js/build/docs.mjs';
import { withTable } from '../browser/lifetime/table.mjs';

const kProjectFolder = fileURLToPath(new URL('../..', import.meta.url));
const kReadme = readFileSync(`${kProjectFolder}README.md`, 'utf8');
const kShells = [...kReadme.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, code]) => code);

test('what is for a shell is one that bash can read', () => {
  assert.ok(kShells.length > 2);
  for (const code of kShells) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
});

test('every npm script of the README is one of the package', () => {
  const { scripts } = JSON.parse(readFileSync(`${kProjectFolder}package.json`, 'utf8'));
  const named = [...kReadme.matchAll(/npm (?:run ([\w:]+)|(start|test)\b)/g)];
  assert.ok(named.length > 8);
  for (const [text, run, short] of named) assert.ok((run ?? short) in scripts, text);
});

test('files that a shell copies are in dist/', () => {
  const stem = 'node_modules/background-fetch-polyfill/';
  const code = kShells.join('\n');
  const names = code.match(/^cp .*(?= \S+$)/gm)?.join('\n').replaceAll(/^cp/gm, 'echo') ?? '';
  const { stdout } = spawnSync('bash', ['-c', names], {
    encoding: 'utf8',
  });
  const copied = stdout.trim().split(/\s+/);
  assert.equal(copied.length, 3);
  for (const file of copied) assert.ok(existsSync(file.replace(stem, kProjectFolder)), file);
});

/** @param {string} file  What stands behind its fence. */
const blockOf = (file) =>
  new RegExp(`^\`\`\`\\w+ ${file}\\n([^]*?)^\`\`\`$`, 'm').exec(kReadme)?.[1] ?? '';

/** @param {string} file */
const consumer = (file) =>
  readFileSync(`${kProjectFolder}tests/package/consumers/${file}`, 'utf8');

/** @param {string} code  However it is laid out. */
const flat = (code) => code.replaceAll(/\s/g, '').replaceAll(/,(?=[})\]])/g, '');

test("what the README says of each bundler is what that bundler's consumer does", () => {
  const rows = [...kReadme.matchAll(/^\| (webpack|Rollup)\b[^|]*\|(.*)\|$/gm)];
  const files = { webpack: 'webpack/webpack.config.js', Rollup: 'rollup/rollup.config.js' };
  assert.deepEqual(rows.map(([, bundler]) => bundler), Object.keys(files));
  for (const [, bundler, text] of rows) {
    const file = files[/** @type {keyof typeof files} */ (bundler)];
    const code = text.split('`')[1];
    assert.ok(flat(consumer(file)).includes(flat(code)), `${bundler}: ${code}`);
  }
  assert.equal(flat(blockOf('vite.config.js')), flat(consumer('vite-pwa/vite.config.js')));
  // Workbox's consumer has settings, to be there for the tests, and its own name of a script.
  const makesWorker = blockOf('make-worker.mjs').replace('listeners.js', 'worker.js');
  const precaches = consumer('workbox/precache.js')
    .replace("'settings.js', ", '')
    .replace(/^ *(ignoreURLParametersMatching|skipWaiting|clientsClaim): .*\n/gm, '');
  assert.equal(flat(makesWorker), flat(precaches));
});

test('every setting of the type is in the table, in the same order, and no other', () => {
  const type = readFileSync(`${kProjectFolder}types/settings.d.ts`, 'utf8');
  const [, section] = /^### Settings\n([^]*?)^###/m.exec(kReadme) ?? ['', ''];
  const names = (/** @type {string} */ text, /** @type {RegExp} */ pattern) =>
    [...text.matchAll(pattern)].map(([, name]) => name);
  const typed = names(type, /^ {2}(\w+)\?:/gm);
  assert.ok(typed.length > 5);
  assert.deepEqual(names(section, /^\| `(\w+)/gm), typed);
});

test('what users are told to read is in the package', () => {
  const listed = readFileSync(`${kProjectFolder}js/build/package-contents.txt`, 'utf8').split('\n');
  for (const section of kReadme.split(/^## /m)) {
    // The demo and the sources are in the repository.
    if (/^(See it|Working on it)$/.test(section.split('\n')[0])) continue;
    for (const [, target] of section.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      assert.ok(listed.includes(target), target);
    }
  }
});

test('links to files lead somewhere, also to their headings', () => {
  for (const [, target] of kReadme.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
    const [file, heading] = target.split('#');
    const found = `${kProjectFolder}${file || 'README.md'}`;
    assert.ok(existsSync(found), target);
    if (!heading) continue;
    const headings = [...readFileSync(found, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
      text.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
    assert.ok(headings.includes(heading), target);
  }
});

test('the table of lifetimes shows what was measured last', () => {
  const file = `${kProjectFolder}tests/browser/lifetime/measured.json`;
  assert.equal(withTable(kReadme, JSON.parse(readFileSync(file, 'utf8'))), kReadme);
});

test('the reference is what npm run docs makes, and has what the package declares', () => {
  const reference = makeReference();
  assert.equal(readFileSync(kReferenceFile, 'utf8'), reference);
  for (const name of [
    'BackgroundFetchManager', 'BackgroundFetchPolyfillSettings', 'BackgroundFetchUpdateUIEvent',
    'install', 'pause', 'transfer', 'respondWithRange', 'exportTrace', 'BackgroundFetchTray',
  ]) {
    assert.match(reference, new RegExp(`^### ${name}$`, 'm'));
  }
});

test('the reference has each heading once, and says something of each declaration', () => {
  const entries = makeReference().split(/^#{2,3} /m).slice(1);
  const headings = entries.map((entry) => entry.split('\n')[0]);
  assert.deepEqual(headings, [...new Set(headings)]);
  // A name that says it all, as the tag of an element does.
  const plain = [
    'HTMLElementTagNameMap', 'Permissions', 'ServiceWorkerGlobalScope', 'ServiceWorkerRegistration',
  ];
  for (const entry of entries.filter((each) => each.includes('```ts'))) {
    const [heading, , text] = entry.split('\n');
    assert.ok(!text.startsWith('```') || plain.includes(heading), heading);
  }
});

test('what files may weigh is what npm run size holds them to', () => {
  const table = /^\| file \| \| bytes at most \|\n.*\n((?:\|.*\n)+)/m;
  const [, section] = table.exec(kReadme) ?? ['', ''];
  const rows = [...section.matchAll(/^\| `(.*)` \| .* \| ([\d,]+) \|$/gm)]
    .map(([, file, bytes]) => [`dist/${file}`, Number(bytes.replaceAll(',', ''))]);
  assert.deepEqual(rows, kBundles.map(({ file, brotliBytesMax }) => [file, brotliBytesMax]));
});
