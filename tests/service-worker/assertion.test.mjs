import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAssertion } from '../../js/service-worker/assertion.js';

test('what stops the wasm is an assertion, anything else is not', () => {
  assert.equal(isAssertion(new WebAssembly.RuntimeError('abort')), true);
  assert.equal(isAssertion(new Error('abort')), false);
});

test('where there is no WebAssembly, nothing is', () => {
  const { WebAssembly: known } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebAssembly');
  try {
    assert.equal(isAssertion(new Error('no WebAssembly')), false);
  } finally {
    globalThis.WebAssembly = known;
  }
});
