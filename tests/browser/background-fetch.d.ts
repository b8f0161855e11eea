/** What test code that runs in a page uses of the API, native or ours. */

interface TestedRegistration extends EventTarget {
  readonly id: string;
  readonly downloadTotal: number;
  readonly downloaded: number;
  readonly result: string;
  readonly failureReason: string;
  readonly recordsAvailable: boolean;
  matchAll(): Promise<{ request: Request; responseReady: Promise<Response> }[]>;
  abort(): Promise<boolean>;
}

interface TestedManager {
  fetch(id: string, requests: string | string[], options?: object): Promise<TestedRegistration>;
  get(id: string): Promise<TestedRegistration>;
  getIds(): Promise<string[]>;
}

declare const BackgroundFetchManager: { polyfill?: true };

interface ServiceWorkerRegistration {
  readonly backgroundFetch: TestedManager;
}
