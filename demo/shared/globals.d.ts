/** Of background-fetch-polyfill.range.js. */
declare function respondWithRange(request: Request, response: Response): Promise<Response>;

/** Of background-fetch-polyfill.transfer.js. */
declare function transfer(registration: BackgroundFetchRegistration, cache: Cache): Promise<void>;

/** Of worker.js. */
declare var demoWorker: {
  /** These files, and what all pages share, without a network. */
  serveShell(cacheName: string, ownFiles: string[]): void;
  /** What media elements of the pages ask for. */
  serveMedia(cacheName: string): void;
  /** Media wait for it, and pages hear of its end. */
  whileMoving(work: Promise<unknown>): Promise<void>;
};
