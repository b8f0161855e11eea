import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installPermission } from '../../js/shared/permissions.js';

class Permissions {
  /** @param {{name: string}} descriptor */
  async query(descriptor) {
    return `platform: ${descriptor.name}`;
  }
}
/** As the platform's: its accessors refuse every object that is not its own. */
class PermissionStatus extends EventTarget {
  #state = 'prompt';
  get state() {
    return this.#state;
  }
}

/** @param {'granted' | 'denied'} state @returns {any} */
function install(state) {
  class Own extends Permissions {
    /** @param {{name: string}} descriptor */
    async query(descriptor) {
      return super.query(descriptor);
    }
  }
  const permissions = new Own();
  installPermission({ navigator: { permissions }, PermissionStatus }, state);
  return permissions;
}

const permissions = install('granted');

test('background-fetch is granted', async () => {
  const status = await permissions.query({ name: 'background-fetch' });
  assert.equal(status instanceof PermissionStatus, true);
  assert.equal(status.state, 'granted');
  assert.equal(status.name, 'background-fetch');
  status.addEventListener('change', () => {});
  assert.equal(status.onchange, null);
  const handler = () => {};
  status.onchange = handler;
  assert.equal(status.onchange, handler);
  assert.equal(status.constructor, PermissionStatus);
  assert.deepEqual(Object.keys(status), []);
});

test('an app can deny it', async () => {
  assert.equal((await install('denied').query({ name: 'background-fetch' })).state, 'denied');
});

test('every other name is the platform\'s', async () => {
  assert.equal(await permissions.query({ name: 'camera' }), 'platform: camera');
});

test('the operation still looks like the platform\'s', () => {
  assert.equal(permissions.query.name, 'query');
  assert.equal(permissions.query.length, 1);
  assert.equal(Object.getPrototypeOf(permissions.query), Function.prototype);
});

test('a platform without the Permissions API is left alone', () => {
  const without = { navigator: {} };
  installPermission(without, 'granted');
  assert.deepEqual(without, { navigator: {} });
});
