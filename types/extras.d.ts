/** What no specification has. */

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

/**
 * Puts every record of a fetch that has succeeded into a Cache, one after the
 * other, and deletes each where it was stored as soon as it is there: a fetch of
 * 2 GiB in many records never takes 4 GiB. A single record is there twice until
 * it is moved.
 *
 * Rejects with the error of the first record that could not be moved (with
 * `TypeError` for one whose status is not 2xx); the others are moved all the same,
 * and what is not moved stays. When a worker dies midway and the event comes
 * again, records that were moved reject `responseReady` with `InvalidStateError`,
 * and another transfer() moves the rest.
 *
 * Native registrations are copied: theirs cannot be freed one by one.
 */
export function transfer(registration: BackgroundFetchRegistration, cache: Cache): Promise<void>;
