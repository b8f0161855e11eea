import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installPermission } from '../../js/page/permissions.js';

class Permissions {
  /** @param {{name: string}} descriptor */
  async query(descriptor) {
    return `platform: ${descriptor.name}`;
  }
}
class PermissionStatus extends EventTarget {}

/** @type {any} */
const scope = { Permissions, PermissionStatus };
installPermission(scope);
/** @type {any} */
const permissions = new Permissions();

test('background-fetch is granted', async () => {
  const status = await permissions.query({ name: 'background-fetch' });
  assert.equal(status instanceof PermissionStatus, true);
  assert.equal(status.state, 'granted');
  assert.equal(status.name, 'background-fetch');
  status.addEventListener('change', () => {});
  status.onchange = null;
});

test('every other name is the platform\'s', async () => {
  assert.equal(await permissions.query({ name: 'camera' }), 'platform: camera');
});

test('the operation still looks like the platform\'s', () => {
  assert.equal(permissions.query.name, 'query');
  assert.equal(permissions.query.length, 1);
});

test('a platform without the Permissions API is left alone', () => {
  const without = {};
  installPermission(without);
  assert.deepEqual(without, {});
});
