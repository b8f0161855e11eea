import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { makeError, toError, toShape } from '../../js/shared/errors.js';

const scope = /** @type {any} */ (globalThis);
const { QuotaExceededError: platformQuotaError } = scope;

afterEach(() => {
  if (platformQuotaError) scope.QuotaExceededError = platformQuotaError;
  else delete scope.QuotaExceededError;
});

test('TypeError is the language\'s, every other name a DOMException', () => {
  const typeError = makeError('TypeError', 'no');
  assert.equal(typeError.constructor, TypeError);
  assert.equal(typeError.message, 'no');
  const aborted = makeError('AbortError', 'gone');
  assert.ok(aborted instanceof DOMException);
  assert.equal(aborted.name, 'AbortError');
  assert.equal(aborted.message, 'gone');
});

test('a shape and its error are the same in both directions', () => {
  for (const name of ['TypeError', 'InvalidStateError', 'QuotaExceededError']) {
    assert.deepEqual(toShape(toError({ name, message: 'why' })), { name, message: 'why' });
  }
});

test('errors with no name for callers become UnknownError', () => {
  assert.deepEqual(toShape(new RangeError('x')), { name: 'UnknownError', message: 'x' });
  assert.deepEqual(toShape('x'), { name: 'UnknownError', message: 'x' });
});

test('QuotaExceededError without the platform\'s class has its members', () => {
  delete scope.QuotaExceededError;
  /** @type {any} */
  const error = makeError('QuotaExceededError', 'full');
  assert.equal(error instanceof DOMException, true);
  assert.equal(error.code, 22);
  assert.equal(error.quota, null);
  assert.equal(error.requested, null);
});

test('QuotaExceededError is the platform\'s class where there is one', () => {
  scope.QuotaExceededError = class extends DOMException {
    /** @param {string} message */
    constructor(message) {
      super(message, 'QuotaExceededError');
    }
  };
  assert.ok(makeError('QuotaExceededError', 'full') instanceof scope.QuotaExceededError);
});
