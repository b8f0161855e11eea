/** `background-fetch-polyfill/ponyfill`: importing it does nothing. */

/// <reference path="./background-fetch.d.ts" />

export { isPaused, pause, resume, transfer } from './extras.js';

/**
 * Does what importing `background-fetch-polyfill` does, with these settings.
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

export {
  Manager as BackgroundFetchManager,
  Registration as BackgroundFetchRegistration,
  FetchRecord as BackgroundFetchRecord,
};
