/**
 * Puts the event interfaces and the `on…` attributes on the worker's global.
 */

import { makeError } from '../shared/errors.js';
import { makeEventHandler } from '../shared/event-handler.js';
import { exposeInterface } from '../shared/interface.js';
import { BackgroundFetchEvent, BackgroundFetchUpdateUIEvent } from './events.js';

const kTypes = [
  'backgroundfetchsuccess',
  'backgroundfetchfail',
  'backgroundfetchabort',
  'backgroundfetchclick',
];

/** @param {ServiceWorkerGlobalScope} worker */
export function installEvents(worker) {
  exposeInterface(worker, 'BackgroundFetchEvent', BackgroundFetchEvent);
  exposeInterface(worker, 'BackgroundFetchUpdateUIEvent', BackgroundFetchUpdateUIEvent);
  for (const type of kTypes) {
    defineHandler(worker, type);
  }
}

/** @param {ServiceWorkerGlobalScope} worker @param {string} type */
function defineHandler(worker, type) {
  const name = `on${type}`;
  const handler = makeEventHandler(worker, type);
  const attribute = {
    get [name]() {
      requireWorker(worker, this);
      return handler.get();
    },
    set [name](/** @type {unknown} */ value) {
      requireWorker(worker, this);
      handler.set(value);
    },
  };
  const descriptor = Object.getOwnPropertyDescriptor(attribute, name);
  Object.defineProperty(worker, name, /** @type {PropertyDescriptor} */ (descriptor));
}

/**
 * Attributes of a global may be used without naming it.
 *
 * @param {ServiceWorkerGlobalScope} worker
 * @param {unknown} target
 */
function requireWorker(worker, target) {
  if ((target ?? worker) !== worker) throw makeError('TypeError', 'Illegal invocation');
}
