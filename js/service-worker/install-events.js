/**
 * Puts the event interfaces and the `on…` attributes on the worker's global.
 */

import { EventHandler } from '../shared/event-handler.js';
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
    const handler = new EventHandler(worker, type);
    Object.defineProperty(worker, `on${type}`, {
      get: () => handler.get(),
      set: (value) => handler.set(value),
      enumerable: true,
      configurable: true,
    });
  }
}
