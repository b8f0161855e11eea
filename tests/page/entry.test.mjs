import assert from 'node:assert/strict';
import { test } from 'node:test';

test('the entry can be imported where there are no service workers, and does nothing', async () => {
  await import('../../js/page/index.js');
  assert.equal('BackgroundFetchManager' in globalThis, false);
});
