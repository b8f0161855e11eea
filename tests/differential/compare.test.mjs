/** The comparison finds what it must find, and the README shows the table as it is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allowedIn, compare, flatten } from './compare.mjs';
import { differences } from './differences.mjs';
import { scripts } from './scripts/index.mjs';
import { readReadme, tableOf } from './table.mjs';
import { targets } from './targets.mjs';

const none = new Map();

test('facts of one path each, ports taken out', () => {
  const facts = { one: { url: 'http://localhost:1/a', list: [{ x: 1 }] }, two: null };
  const neutral = (/** @type {string} */ text) => text.replaceAll('localhost:1', 'same');
  assert.deepEqual(flatten(facts, neutral),
    { 'one › url': 'http://same/a', 'one › list': [{ x: 1 }], two: null });
});

test('a difference without a row is a problem, on either side', () => {
  assert.deepEqual(compare({ a: [1] }, { a: [1] }, none), []);
  assert.equal(compare({ a: [1] }, { a: [2] }, none).length, 1);
  assert.equal(compare({ a: 1 }, {}, none).length, 1);
  assert.equal(compare({}, { a: 1 }, none).length, 1);
});

test('a row allows our value and no other', () => {
  const allowed = new Map([['a', 2]]);
  assert.deepEqual(compare({ a: 1 }, { a: 2 }, allowed), []);
  assert.equal(compare({ a: 1 }, { a: 3 }, allowed).length, 1);
});

test('a row that has nothing to allow is a problem', () => {
  assert.equal(compare({ a: 2 }, { a: 2 }, new Map([['a', 2]])).length, 1);
  assert.equal(compare({}, {}, new Map([['a', 2]])).length, 1);
});

test('a row holds for its targets, and two for one fact are a mistake', () => {
  const row = { native: '', ours: '', why: '', facts: { script: { a: 1 } } };
  const narrow = { ...row, targets: ['webkit'] };
  assert.equal(allowedIn([narrow], 'webkit', 'script').size, 1);
  assert.equal(allowedIn([narrow], 'firefox', 'script').size, 0);
  assert.throws(() => allowedIn([row, narrow], 'webkit', 'script'), /two rows/);
});

test('every row names scripts and targets that exist', () => {
  for (const { facts, targets: named = [] } of differences) {
    for (const script of Object.keys(facts)) assert.ok(Object.hasOwn(scripts, script), script);
    for (const target of named) assert.ok(Object.hasOwn(targets, target), target);
  }
});

test('js/README.md shows the table', () => {
  const { text, begin, end } = readReadme();
  assert.equal(text.slice(begin, end), tableOf(differences));
});
