/** What test code that runs in a page uses of the API, native or ours. */

interface TestedRegistration extends EventTarget {
  readonly id: string;
  readonly downloadTotal: number;
  readonly downloaded: number;
  readonly result: string;
  readonly failureReason: string;
  readonly recordsAvailable: boolean;
  abort(): Promise<boolean>;
  matchAll(): Promise<TestedRecord[]>;
}

interface TestedRecord {
  readonly request: Request;
  readonly responseReady: Promise<Response>;
}

interface TestedManager {
  fetch(id: string, requests: string | (string | Request)[], options?: object): Promise<TestedRegistration>;
  get(id: string): Promise<TestedRegistration>;
  getIds(): Promise<string[]>;
}

declare const BackgroundFetchManager: { polyfill?: true };

interface ServiceWorkerRegistration {
  readonly backgroundFetch: TestedManager;
}
