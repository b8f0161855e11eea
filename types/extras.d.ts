/** What no specification has. Registrations of native Background Fetch are refused. */

/// <reference path="./background-fetch.d.ts" />

/**
 * Nothing is asked of the network any more until resume(): pages may close, the
 * browser may be killed, the service worker replaced. What is stored stays.
 * Pausing twice is pausing once.
 *
 * Resolves when that is durable: true, or false when the fetch has settled.
 * Every page and worker that has an object for the fetch hears the event `pause`.
 *
 * Rejects with `NotSupportedError` for a native registration.
 */
export function pause(registration: BackgroundFetchRegistration): Promise<boolean>;

/** The other way round, with the event `resume`. */
export function resume(registration: BackgroundFetchRegistration): Promise<boolean>;

/**
 * Changes together with the events `pause` and `resume`; false once there is a
 * result. Throws `NotSupportedError` for a native registration.
 */
export function isPaused(registration: BackgroundFetchRegistration): boolean;
