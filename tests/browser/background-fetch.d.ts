/** What test code that runs in a page uses of the API, native or ours. */

interface TestedRegistration extends EventTarget {
  readonly id: string;
  readonly downloadTotal: number;
  readonly downloaded: number;
<<<<<<< HEAD
  readonly result: string;
  readonly failureReason: string;
  readonly recordsAvailable: boolean;
  matchAll(): Promise<{ request: Request; responseReady: Promise<Response> }[]>;
=======
  readonly recordsAvailable: boolean;
>>>>>>> abea492 (Measure us beside native and handmade downloads in real browsers, by turns)
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
