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
  interface BackgroundFetchEventInit extends ExtendableEventInit {
    registration: BackgroundFetchRegistration;
  }

  interface BackgroundFetchEvent extends ExtendableEvent {
    readonly registration: BackgroundFetchRegistration;
  }

  var BackgroundFetchEvent: {
    readonly prototype: BackgroundFetchEvent;
    new (type: string, init: BackgroundFetchEventInit): BackgroundFetchEvent;
  };

  interface BackgroundFetchUpdateUIEvent extends BackgroundFetchEvent {
    updateUI(options?: BackgroundFetchUIOptions): Promise<void>;
  }

  var BackgroundFetchUpdateUIEvent: {
    readonly prototype: BackgroundFetchUpdateUIEvent;
    new (type: string, init: BackgroundFetchEventInit): BackgroundFetchUpdateUIEvent;
  };

  interface ServiceWorkerGlobalScopeEventMap {
    backgroundfetchsuccess: BackgroundFetchUpdateUIEvent;
    backgroundfetchfail: BackgroundFetchUpdateUIEvent;
    backgroundfetchabort: BackgroundFetchEvent;
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
