/** Background Fetch as windows and workers see it. */

/// <reference path="./settings.d.ts" />

interface ImageResource {
  src: string;
  sizes?: string;
  type?: string;
  label?: string;
}

interface BackgroundFetchUIOptions {
  icons?: Iterable<ImageResource>;
  title?: string;
}

interface BackgroundFetchOptions extends BackgroundFetchUIOptions {
  /** Bytes of all response bodies together; 0: unknown. */
  downloadTotal?: number;
}

type BackgroundFetchResult = '' | 'success' | 'failure';

type BackgroundFetchFailureReason =
  | ''
  | 'aborted'
  | 'bad-status'
  | 'fetch-error'
  | 'quota-exceeded'
  | 'download-total-exceeded';

interface BackgroundFetchManager {
  fetch(
    id: string,
    requests: RequestInfo | URL | Iterable<RequestInfo | URL>,
    options?: BackgroundFetchOptions,
  ): Promise<BackgroundFetchRegistration>;
  get(id: string): Promise<BackgroundFetchRegistration | undefined>;
  getIds(): Promise<readonly string[]>;
}

interface BackgroundFetchRegistrationEventMap {
  progress: Event;
  /** This polyfill's alone: pause() was called, in whichever page or worker. */
  pause: Event;
  /** This polyfill's alone: resume() was called, in whichever page or worker. */
  resume: Event;
}

interface BackgroundFetchRegistration extends EventTarget {
  readonly id: string;
  readonly uploadTotal: number;
  readonly uploaded: number;
  readonly downloadTotal: number;
  readonly downloaded: number;
  readonly result: BackgroundFetchResult;
  readonly failureReason: BackgroundFetchFailureReason;
  readonly recordsAvailable: boolean;
  onprogress: ((this: BackgroundFetchRegistration, event: Event) => any) | null;
  abort(): Promise<boolean>;
  match(
    request: RequestInfo | URL,
    options?: CacheQueryOptions,
  ): Promise<BackgroundFetchRecord | undefined>;
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

interface BackgroundFetchRecord {
  /** A body can be read once; match() gives another record with another Request. */
  readonly request: Request;
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
  readonly backgroundFetch: BackgroundFetchManager;
}

interface Permissions {
  query(descriptor: { name: 'background-fetch' }): Promise<PermissionStatus>;
}
