import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { installDialect } from '../../js/shared/dialect.js';
import { toFetchOptions } from '../../js/shared/webidl.js';

test('BackgroundFetchManager is in the prototype of ServiceWorkerRegistration', () => {
  class ServiceWorkerRegistration {}
  class BackgroundFetchManager {}
  installDialect({ ServiceWorkerRegistration, BackgroundFetchManager });
  assert.ok('BackgroundFetchManager' in ServiceWorkerRegistration.prototype);
  assert.deepEqual(Object.keys(ServiceWorkerRegistration.prototype), []);
});

test('totalDownload is read where downloadTotal is absent, with one warning', () => {
  const warn = mock.method(console, 'warn', () => {});
  assert.equal(toFetchOptions({}).downloadTotal, 0);
  assert.equal(toFetchOptions({ downloadTotal: 5, totalDownload: 7 }).downloadTotal, 5);
  assert.equal(toFetchOptions({ downloadTotal: 0, totalDownload: 7 }).downloadTotal, 0);
  assert.equal(warn.mock.callCount(), 0);
  assert.equal(toFetchOptions({ totalDownload: '7' }).downloadTotal, 7);
  assert.equal(toFetchOptions({ totalDownload: 8 }).downloadTotal, 8);
  assert.equal(warn.mock.callCount(), 1);
});
