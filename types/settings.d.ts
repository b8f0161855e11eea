/**
 * What an app may set, in the page and in the service worker alike, before the
 * polyfill's script starts: `self.backgroundFetchPolyfill = { force: true }`.
 * Or what it hands to `install()` of the ponyfill. All of it may be left out.
 */
interface BackgroundFetchPolyfillSettings {
  /** Install even where the API is native. Default: false. */
  force?: boolean;
  /**
   * Denied: fetch() rejects with NotAllowedError, and permission queries say so, in this page or
   * worker. Default: 'granted'.
   */
  permission?: 'granted' | 'denied';
  /**
   * In the service worker: fetch() works there, too. Natives refuse it with NotAllowedError.
   * Default: false.
   */
  allowFromServiceWorker?: boolean;
  /**
   * In the service worker: whether fetches are shown in notifications, where the user has
   * permitted the app to show some; nobody is asked. An object replaces English texts.
   * Default: true.
   */
  notifications?:
    | boolean
    | Partial<Record<'pause' | 'resume' | 'cancel' | 'paused' | 'success' | 'failure', string>>;
  /**
   * In the service worker: requests at once to one origin, 1 to 8. Default: 4, and 6 where all
   * bodies are small.
   */
  connections?: number;
  /**
   * In the service worker: bytes of the largest chunk that is asked for and stored at once,
   * 262144 to 8388608. What a cut loses at most. Default: 8388608; slow networks get smaller
   * ones anyway.
   */
  chunkBytes?: number;
  /**
   * In the service worker: failures in a row, without a byte of progress, before a request is
   * given up, 0 to 1000. Default: 24, about an hour. Another origin that has never answered is
   * given up after 5 at most.
   */
  retries?: number;
  /**
   * In the service worker: told of what no promise can tell: the engine has failed and begins
   * anew from what is stored, or a setting is not a whole number and was ignored.
   * Default: console.error.
   */
  onerror?: (message: string, error: unknown) => void;
}

/** Read once, when the polyfill's script starts. */
declare var backgroundFetchPolyfill: BackgroundFetchPolyfillSettings | undefined;
