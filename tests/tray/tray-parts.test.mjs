// The tray's parts that need no document.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatBytes, formatDuration, formatPercent } from '../../js/tray/format.js';
import { chooseIcon } from '../../js/tray/icon.js';
import { Speed } from '../../js/tray/speed.js';
import { fill, kTexts } from '../../js/tray/texts.js';

/** @param {string} text  A number and its unit, which stay on one line. */
function unbroken(text) {
  return text.replace(' ', '\u00a0');
}

test('bytes are shown in the unit that keeps them below a thousand', () => {
  /** @type {[number, string][]} */
  const cases = [[0, '0 kB'], [1, '0.1 kB'], [999, '1 kB'], [999.6, '1 kB'], [1500, '1.5 kB'],
    [12_345, '12 kB'], [999_600, '1 MB'], [9_900_000_000, '9.9 GB'], [5e15, '5,000 TB']];
  for (const [bytes, text] of cases) assert.equal(formatBytes('en', bytes), unbroken(text));
  assert.equal(formatBytes('de', 1500), unbroken('1,5 kB'));
});

test('durations are as exact as one would say them', () => {
  assert.deepEqual([0.2, 59, 60, 200, 3599, 5400].map((each) => formatDuration('en', each)),
    ['1 sec', '59 sec', '1 min', '3 min', '60 min', '1.5 hr'].map(unbroken));
});

test('nothing is 100 % before it is whole', () => {
  assert.equal(formatPercent('en', 0.999), '99%');
  assert.equal(formatPercent('en', 1), '100%');
});

test('where the language is none, numbers are as the browser has them', () => {
  const { locale } = new Intl.NumberFormat().resolvedOptions();
  assert.equal(formatBytes('C', 1500), formatBytes(locale, 1500));
  assert.match(formatPercent('en_US.UTF-8', 1), /100/);
});

test('speed is that of the last seconds, and falls when nothing comes', () => {
  const speed = new Speed();
  assert.equal(speed.at(0), null);
  for (let second = 0; second <= 20; second += 1) speed.note(second * 1000, second * 500);
  assert.equal(speed.at(20_000), 500);
  assert.ok(speed.at(30_000) < 300);
});

test('the first second says nothing, and a body that starts over begins anew', () => {
  const speed = new Speed();
  speed.note(0, 0);
  speed.note(500, 5000);
  assert.equal(speed.at(900), null);
  speed.note(2000, 100);
  assert.equal(speed.at(2500), null);
  speed.note(4000, 2100);
  assert.equal(speed.at(4000), 1000);
});

test('the icon is the smallest that is large enough, else the largest', () => {
  const icons = ['16x16', '192x192', '96x96', '512x512'].map((sizes) => ({ src: sizes, sizes }));
  assert.equal(chooseIcon(icons), '96x96');
  assert.equal(chooseIcon(icons.slice(0, 1)), '16x16');
  assert.equal(chooseIcon([{ src: 'unknown', sizes: '' }, { src: 'small', sizes: '48x48' }]), 'small');
  assert.equal(chooseIcon([...icons, { src: 'drawn', sizes: 'any' }]), 'drawn');
  assert.equal(chooseIcon([]), '');
});

test('texts are filled by name, and what has no value stays', () => {
  assert.equal(fill('{action}: {title}', { action: 'Pause', title: '{action}' }), 'Pause: {action}');
  assert.equal(fill('{a} {b}', { a: '1' }), '1 {b}');
});

test('every text of the types is there, and the other way round', async () => {
  const { readFileSync } = await import('node:fs');
  const types = readFileSync(new URL('../../types/tray.d.ts', import.meta.url), 'utf8');
  const [, body] = /interface BackgroundFetchTrayTexts \{(.*?)\n\}/s.exec(types) ?? [];
  const names = [...String(body).matchAll(/^ {2}'?([\w-]+)'?: string;/gm)].map(([, name]) => name);
  assert.deepEqual(names, Object.keys(kTexts));
});
