/** `background-fetch-polyfill/ponyfill/service-worker`: importing it does nothing. */

/// <reference path="./background-fetch.d.ts" />

export { isPaused, pause, respondWithRange, resume, transfer } from './service-worker.js';

/**
 * Does what importing `background-fetch-polyfill/service-worker` does, with these
 * settings. To be called before the script of the worker has run once, and before
 * the app adds its own listeners.
 *
 * Returns whether ours is at work now: false where the API is native and nothing
 * is forced, and where there are no service workers, as on a server.
 */
export function install(settings?: BackgroundFetchPolyfillSettings): boolean;

declare const Manager: typeof BackgroundFetchManager;
type Manager = BackgroundFetchManager;
declare const Registration: typeof BackgroundFetchRegistration;
type Registration = BackgroundFetchRegistration;
declare const FetchRecord: typeof BackgroundFetchRecord;
type FetchRecord = BackgroundFetchRecord;
declare const FetchEvent: typeof BackgroundFetchEvent;
type FetchEvent = BackgroundFetchEvent;
declare const UpdateUIEvent: typeof BackgroundFetchUpdateUIEvent;
type UpdateUIEvent = BackgroundFetchUpdateUIEvent;

export {
  Manager as BackgroundFetchManager,
  Registration as BackgroundFetchRegistration,
  FetchRecord as BackgroundFetchRecord,
  FetchEvent as BackgroundFetchEvent,
  UpdateUIEvent as BackgroundFetchUpdateUIEvent,
};
