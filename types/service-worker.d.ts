/// <reference path="./background-fetch.d.ts" />

export { isPaused, pause, resume, transfer } from './extras.js';

/**
 * Answers a request for a range from a response that has everything, as a server
 * would (RFC 9110): with 206 or 416. The response itself where no range is asked
 * for, where `If-Range` does not hold, and where it is no 200.
 *
 * For the `fetch` handler of media. A response of a record need not have
 * everything yet: what is stored goes out at once, the rest as it comes.
 */
export function respondWithRange(request: Request, response: Response): Promise<Response>;

declare global {
  /** Without `registration` a `TypeError`. */
  interface BackgroundFetchEventInit extends ExtendableEventInit {
    registration: BackgroundFetchRegistration;
  }

  /**
   * `backgroundfetchabort` and `backgroundfetchclick`
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-event)). What was fetched
   * is kept until the promises of `waitUntil()` have settled; when the worker dies before, the
   * event comes again, five times at most.
   *
   * One that an app constructs is for its tests: `waitUntil()` throws `InvalidStateError`.
   */
  interface BackgroundFetchEvent extends ExtendableEvent {
    readonly registration: BackgroundFetchRegistration;
  }

  var BackgroundFetchEvent: {
    readonly prototype: BackgroundFetchEvent;
    new (type: string, init: BackgroundFetchEventInit): BackgroundFetchEvent;
  };

  /**
   * `backgroundfetchsuccess` and `backgroundfetchfail`
   * ([draft](https://wicg.github.io/background-fetch/#background-fetch-update-ui-event)).
   */
  interface BackgroundFetchUpdateUIEvent extends BackgroundFetchEvent {
    /**
     * What the notification at the end of the fetch says. Once for each fetch and within the
     * event's lifetime, else it rejects with `InvalidStateError`.
     */
    updateUI(options?: BackgroundFetchUIOptions): Promise<void>;
  }

  var BackgroundFetchUpdateUIEvent: {
    readonly prototype: BackgroundFetchUpdateUIEvent;
    new (type: string, init: BackgroundFetchEventInit): BackgroundFetchUpdateUIEvent;
  };

  /** Listeners are added while the worker's script runs for the first time. */
  interface ServiceWorkerGlobalScopeEventMap {
    /** Every record has come, with a status of 200 to 299. */
    backgroundfetchsuccess: BackgroundFetchUpdateUIEvent;
    /** One has not; `registration.failureReason` says why, the others can be read. */
    backgroundfetchfail: BackgroundFetchUpdateUIEvent;
    backgroundfetchabort: BackgroundFetchEvent;
    /** The user has activated what is shown of the fetch; windows may be opened. */
    backgroundfetchclick: BackgroundFetchEvent;
  }

  interface ServiceWorkerGlobalScope {
    onbackgroundfetchsuccess:
      | ((this: ServiceWorkerGlobalScope, event: BackgroundFetchUpdateUIEvent) => any)
      | null;
    onbackgroundfetchfail:
      | ((this: ServiceWorkerGlobalScope, event: BackgroundFetchUpdateUIEvent) => any)
      | null;
    onbackgroundfetchabort:
      | ((this: ServiceWorkerGlobalScope, event: BackgroundFetchEvent) => any)
      | null;
    onbackgroundfetchclick:
      | ((this: ServiceWorkerGlobalScope, event: BackgroundFetchEvent) => any)
      | null;
  }
}
