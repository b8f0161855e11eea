// What a release is refused for.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { obstacles } from '../../js/build/obstacles.mjs';

const kGood = {
  version: '1.2.0',
  changes: '',
  tags: '',
  changelog: `# Changelog

## Unreleased

## 1.2.0 - 2026-01-31

### Added

- Something.

## 1.1.0 - 2026-01-01

- Something else.
`,
};

/** @param {Partial<typeof kGood>} difference @param {RegExp} expected */
function assertRefused(difference, expected) {
  const found = obstacles({ ...kGood, ...difference });
  assert.equal(found.length, 1, found.join('\n'));
  assert.match(found[0], expected);
}

/** @param {string | RegExp} text @param {string} replacement */
const changelogWith = (text, replacement) => {
  const changelog = kGood.changelog.replace(text, replacement);
  assert.notEqual(changelog, kGood.changelog);
  return { changelog };
};

test('a version with a dated section that says something may be released', () => {
  assert.deepEqual(obstacles(kGood), []);
  assert.deepEqual(obstacles({ ...kGood, ...changelogWith('## Unreleased\n\n', '') }), []);
});

test('changes that are not committed stand in the way', () => {
  assertRefused({ changes: ' M README.md\n' }, /not committed/);
});

test('a version that has a tag stands in the way', () => {
  assertRefused({ tags: 'v1.2.0\n' }, /1\.2\.0 has been released/);
});

test('a version without a section, or without its date, stands in the way', () => {
  assertRefused(changelogWith('## 1.2.0 - 2026-01-31', '## 1.2.1 - 2026-01-31'), /no section/);
  assertRefused(changelogWith('## 1.2.0 - 2026-01-31', '## 1x2.0 - 2026-01-31'), /no section/);
  assertRefused(changelogWith('## 1.2.0 - 2026-01-31', '## 1.2.0'), /no section/);
  assertRefused(changelogWith('## 1.2.0 - 2026-01-31', '## 1.2.0 - soon'), /no section/);
});

test('a section without an entry stands in the way', () => {
  assertRefused(changelogWith('- Something.\n', ''), /says nothing of 1\.2\.0/);
});

test('entries that are left under "Unreleased" stand in the way', () => {
  const left = '## Unreleased\n\n### Fixed\n\n- Something new.\n';
  assertRefused(changelogWith('## Unreleased\n', left), /under "Unreleased"/);
});
