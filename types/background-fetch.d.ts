/** Background Fetch as windows and workers see it. */

/// <reference path="./settings.d.ts" />

/**
 * An icon, as web app manifests have them. One that cannot be loaded costs the icon, not the
 * fetch.
 */
interface ImageResource {
  /** Against the URL of the page or worker that says it. */
  src: string;
  /** `'64x64 128x128'`, in pixels. */
  sizes?: string;
  type?: string;
  label?: string;
}

/** What a user is shown of a fetch: in notifications and in `<background-fetch-tray>`. */
interface BackgroundFetchUIOptions {
  icons?: Iterable<ImageResource>;
  title?: string;
}

/** What `fetch()` takes. An `icons` that is no sequence is a `TypeError`. */
interface BackgroundFetchOptions extends BackgroundFetchUIOptions {
  /**
   * Bytes of all response bodies together, for progress and as a limit: to store more ends the
   * fetch in `download-total-exceeded`. Default: 0, unknown and unlimited.
   */
  downloadTotal?: number;
}

/** `''` until the fetch has ended. */
type BackgroundFetchResult = '' | 'success' | 'failure';

/**
 * Why the result is `'failure'`; of several records the first that failed.
 *
 * * `aborted`: by `abort()`, or by the user.
 * * `bad-status`: a status outside of 200 to 299. Its record has the response, without a body.
 * * `fetch-error`: the network, CORS, a policy, or a server that cannot be made sense of.
 * * `quota-exceeded`: what came did not fit any more.
 * * `download-total-exceeded`: more came than `downloadTotal`.
 */
type BackgroundFetchFailureReason =
  | ''
  | 'aborted'
  | 'bad-status'
  | 'fetch-error'
  | 'quota-exceeded'
  | 'download-total-exceeded';

/**
 * The background fetches of one service worker registration, as `registration.backgroundFetch`
 * ([draft](https://wicg.github.io/background-fetch/#background-fetch-manager)). Nothing here
 * throws: promises reject. Besides what is said below they reject with `TypeError` where
 * arguments do not convert, and where the active worker is missing or has not loaded the
 * polyfill in this version; with `NotSupportedError` where a policy forbids the worker to
 * compile WebAssembly; with `UnknownError` where the browser's storage does not work.
 */
interface BackgroundFetchManager {
  /**
   * Begins to fetch, and resolves once that is durable: whatever crashes then, the fetch goes
   * on, and ends with an event in the service worker
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-manager-fetch)).
   *
   * `id` is any string but the empty one. Bodies of requests are read to their end and stored
   * first; such requests are sent once. All requests run side by side; one that fails does not
   * stop the others. At most 100000 requests, and 1000 fetches at a time.
   *
   * Rejects with
   * * `TypeError`: `id` is empty or one of an active fetch; no requests; one with an invalid
   *   URL, with mode `no-cors`, or whose body is used or cannot be read; one that cannot be
   *   made from a worker (a blocked port, mixed content)
   * * `NotAllowedError`: called in the service worker without `allowFromServiceWorker`, or the
   *   permission is denied
   * * `QuotaExceededError`: `downloadTotal`, or the bodies of the requests, do not fit into the
   *   storage that is left; or above the numbers said
   */
  fetch(
    id: string,
    requests: RequestInfo | URL | Iterable<RequestInfo | URL>,
    options?: BackgroundFetchOptions,
  ): Promise<BackgroundFetchRegistration>;
  /**
   * The active fetch of this id: from `fetch()` until it has ended, not in the event that tells
   * so. The same object each time in one page or worker. `TypeError` for the empty id
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-manager-get)).
   */
  get(id: string): Promise<BackgroundFetchRegistration | undefined>;
  /**
   * The ids of all active fetches; the array is frozen
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-manager-get-ids)).
   */
  getIds(): Promise<readonly string[]>;
}

/** The events of a registration, in every page and worker that has an object for it. */
interface BackgroundFetchRegistrationEventMap {
  /**
   * `downloaded`, `uploaded`, `result` or `failureReason` have changed: some ten times a second
   * at most, and not after there is a result.
   */
  progress: Event;
  /** This polyfill's alone: pause() was called, in whichever page or worker. */
  pause: Event;
  /** This polyfill's alone: resume() was called, in whichever page or worker. */
  resume: Event;
}

/**
 * One background fetch
 * ([draft](https://wicg.github.io/background-fetch/#background-fetch-registration)). Its values
 * change together with the event `progress` and at no other time; `recordsAvailable` alone
 * changes without one.
 */
interface BackgroundFetchRegistration extends EventTarget {
  readonly id: string;
  /** Bytes of all bodies of requests. */
  readonly uploadTotal: number;
  /** Bytes of bodies whose request has been answered to the end: no script sees them leave. */
  readonly uploaded: number;
  /** As `fetch()` was given it; 0: unknown. */
  readonly downloadTotal: number;
  /** Bytes of response bodies that are stored, decoded. Falls when a body starts over. */
  readonly downloaded: number;
  readonly result: BackgroundFetchResult;
  /** `''` unless the result is `'failure'`. */
  readonly failureReason: BackgroundFetchFailureReason;
  /** Until the event in the service worker has ended; then all is deleted. */
  readonly recordsAvailable: boolean;
  onprogress: ((this: BackgroundFetchRegistration, event: Event) => any) | null;
  /**
   * Ends the fetch with `aborted` and the event `backgroundfetchabort`: true. False where it has
   * ended before
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-registration-abort)).
   */
  abort(): Promise<boolean>;
  /**
   * The first record for a request, as a Cache would match it: by URL without the fragment, for
   * `GET`, `Vary` honoured; `options` say otherwise. May be asked at any time, also of a
   * fetch that runs
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-registration-match)).
   *
   * Rejects with `InvalidStateError` once `recordsAvailable` is false.
   */
  match(
    request: RequestInfo | URL,
    options?: CacheQueryOptions,
  ): Promise<BackgroundFetchRecord | undefined>;
  /**
   * All of them, or those for a request, in the order in which `fetch()` was given them. Rejects
   * as `match()` does
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-registration-match-all)).
   */
  matchAll(
    request?: RequestInfo | URL,
    options?: CacheQueryOptions,
  ): Promise<BackgroundFetchRecord[]>;
  addEventListener<Type extends keyof BackgroundFetchRegistrationEventMap>(
    type: Type,
    listener: (
      this: BackgroundFetchRegistration,
      event: BackgroundFetchRegistrationEventMap[Type],
    ) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof BackgroundFetchRegistrationEventMap>(
    type: Type,
    listener: (
      this: BackgroundFetchRegistration,
      event: BackgroundFetchRegistrationEventMap[Type],
    ) => any,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/**
 * A request of a fetch, and what came of it
 * ([draft](https://wicg.github.io/background-fetch/#background-fetch-record)).
 */
interface BackgroundFetchRecord {
  /** A body can be read once; match() gives another record with another Request. */
  readonly request: Request;
  /**
   * Resolves when the head of the response is stored. Its body follows the download, from the
   * first byte, for any number of readers; natives give it when all has come. Without
   * `Content-Length` and `Content-Range`.
   *
   * Rejects with `AbortError` once aborted, or when the records have gone, with `TypeError` when
   * the request has failed, with `InvalidStateError` when transfer() has moved the record.
   */
  readonly responseReady: Promise<Response>;
}

// Functions without a construct signature: `instanceof` works, `new` does not.

declare var BackgroundFetchManager: Function & {
  readonly prototype: BackgroundFetchManager;
  /** There where this polyfill is at work, absent on natives. */
  readonly polyfill?: true;
};

declare var BackgroundFetchRegistration: Function & {
  readonly prototype: BackgroundFetchRegistration;
};

declare var BackgroundFetchRecord: Function & {
  readonly prototype: BackgroundFetchRecord;
};

interface ServiceWorkerRegistration {
  /** The same object each time. */
  readonly backgroundFetch: BackgroundFetchManager;
}

interface Permissions {
  /** `'granted'`, unless the setting `permission` denies it. */
  query(descriptor: { name: 'background-fetch' }): Promise<PermissionStatus>;
}
