// The parts of the Background Fetch API that the demo uses; TypeScript's own
// libraries do not have it.

interface BackgroundFetchRecord {
  readonly request: Request;
  readonly responseReady: Promise<Response>;
}

interface BackgroundFetchRegistration extends EventTarget {
  readonly id: string;
  readonly downloadTotal: number;
  readonly downloaded: number;
  readonly result: '' | 'success' | 'failure';
  readonly failureReason: string;
  abort(): Promise<boolean>;
  matchAll(): Promise<BackgroundFetchRecord[]>;
}

interface BackgroundFetchOptions {
  title?: string;
  downloadTotal?: number;
  icons?: { src: string; sizes?: string; type?: string; label?: string }[];
}

interface BackgroundFetchManager {
  fetch(id: string, requests: string[], options?: BackgroundFetchOptions): Promise<BackgroundFetchRegistration>;
  get(id: string): Promise<BackgroundFetchRegistration | undefined>;
  getIds(): Promise<string[]>;
}

declare var BackgroundFetchManager: { prototype: BackgroundFetchManager; polyfill?: true };

interface ServiceWorkerRegistration {
  readonly backgroundFetch?: BackgroundFetchManager;
}

/** Read by the polyfill when it starts. */
declare var backgroundFetchPolyfill: { force: boolean };
