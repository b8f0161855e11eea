/**
 * The engine as JavaScript sees it: events in, commands and the next wake-up
 * time out. Shapes only; what each means is said where it is decided, in
 * src/engine/event.h and src/engine/command.h.
 *
 * Numbers: byte counts and offsets are whole and at most 2^53 - 1; ranges are
 * half-open [begin, end); times are milliseconds since the Unix epoch, never
 * going back within one engine's life. `uid` is a random UUID.
 */

/** Name (lower case) and value, in order. */
export type HeaderList = [string, string][];

/** All storable members of a Request; the body is in the body store. */
export interface RequestInfo {
  url: string;
  method: string;
  headers: HeaderList;
  mode: string;
  credentials: string;
  cache: string;
  redirect: string;
  referrer: string;
  referrerPolicy: string;
  integrity: string;
  /** Bytes; 0 when there is no body. */
  bodyLength: number;
}

export interface ResponseHead {
  status: number;
  statusText: string;
  headers: HeaderList;
  /** After redirects, without fragment. */
  url: string;
  type: string;
  redirected: boolean;
}

export interface Icon {
  src: string;
  sizes: string;
  type: string;
  label: string;
}

export interface FetchOptions {
  id: string;
  title: string;
  icons: Icon[];
  downloadTotal: number;
}

/** Everything a BackgroundFetchRegistration object shows. */
export interface Snapshot {
  uid: string;
  id: string;
  title: string;
  icons: Icon[];
  uploadTotal: number;
  uploaded: number;
  downloadTotal: number;
  downloaded: number;
  result: '' | 'success' | 'failure';
  failureReason: '' | 'aborted' | 'bad-status' | 'fetch-error' | 'quota-exceeded' | 'download-total-exceeded';
  recordsAvailable: boolean;
  /** True from fetch() until success, failure or abort: get(id) finds it. */
  active: boolean;
  /** Nothing is asked for until it is resumed. */
  paused: boolean;
  /** Another number: ask again for the responses that are not there yet. */
  answers: number;
}

export interface MatchQuery {
  /** Undefined fields of the Cache API's CacheQueryOptions are false. */
  url: string;
  method: string;
  headers: HeaderList;
  ignoreSearch: boolean;
  ignoreMethod: boolean;
  ignoreVary: boolean;
}

export interface RecordState {
  record: number;
  generation: number;
  /**
   * 'pending' (no head is stored); 'open' (head stored, body under way);
   * 'complete' (the whole body is stored); 'bad-status' (head stored, no body);
   * or why there is no response.
   */
  state: 'pending' | 'open' | 'complete' | 'bad-status' | 'failed' | 'aborted' | 'transferred';
  /** Body bytes stored from the first one on, without a gap. */
  length: number;
  /** Bytes of the whole body; -1, of an open one: its head does not say, or cannot be trusted. */
  total: number;
}

/** What rejects the app's promise. */
export interface DomError {
  /** 'TypeError', or a DOMException name. */
  name: string;
  message: string;
}

/** Where a chunk belongs: part of its key in the body store. */
export interface ChunkOwner {
  uid: string;
  record: number;
  generation: number;
}

/**
 * How a response body becomes chunks.
 *  - 'blob': one Blob, one chunk (its length is known and as asked)
 *  - 'buffer': one ArrayBuffer, one chunk (small bodies, grouped by the store)
 *  - 'stream': read as it comes, cut every `pieceBytes`; and where it is slow,
 *    once `pieceMs` have passed, at the next bytes that make it `pieceBytesMin`
 *  - 'none': body cancelled unread; an empty chunk [begin, begin) keeps the head
 */
export type BodyMode = 'blob' | 'buffer' | 'stream' | 'none';

export type Command =
  /**
   * Ask the network. Answered by responseHead() or requestFailed(). `range`
   * and `ifRange` are header values, '' = no such header. `cache` replaces the
   * request's cache mode unless ''.
   */
  | {
      type: 'start-request';
      request: number;
      owner: ChunkOwner;
      info: RequestInfo;
      range: string;
      ifRange: string;
      cache: string;
    }
  /**
   * Read the body of a request whose head was reported and store it under
   * `owner` (its generation may be newer than the one the request started
   * with) from offset `begin`; never past `end` (-1: no end). The head of the
   * generation goes into the same transaction as the first chunk: where
   * `isOwnHead`, the one that was reported of this response, else `head`. Both
   * say nothing where it is stored already. Each durable chunk is reported by
   * chunkStored(), the end of the stream by bodyReceived(), then bodyEnded() or
   * requestFailed() or storageFailed(): exactly one, last. When the stream
   * breaks, what was received is stored and reported first. A 'blob' or 'buffer'
   * body longer than end - begin is cut there, a shorter one stored as it is.
   */
  | {
      type: 'read-body';
      request: number;
      owner: ChunkOwner;
      mode: BodyMode;
      begin: number;
      end: number;
      pieceBytes: number;
      pieceBytesMin: number;
      pieceMs: number;
      isOwnHead: boolean;
      head: ResponseHead | null;
    }
  /**
   * Stop it. The host still sends exactly one closing event for it
   * (requestFailed will do); chunks reported before that count.
   */
  | { type: 'cancel-request'; request: number }
  /** Delete chunks and head of one generation. Nothing is reported. */
  | { type: 'delete-generation'; owner: ChunkOwner }
  /** Delete every chunk, head and upload body of a fetch; then fetchDeleted(). */
  | { type: 'delete-fetch'; uid: string }
  /** Make the journal folder durable; then journalSynced() or journalSyncFailed(). */
  | { type: 'sync-journal' }
  /**
   * Something a page can see has changed: answer open questions from
   * changesSince(). When `mustBeHeard`, send announced(sequence) once every page
   * that was asking has taken it.
   */
  | { type: 'announce'; sequence: number; mustBeHeard: boolean }
  /** Dispatch backgroundfetch<event>; when its lifetime has ended, eventDelivered(). */
  | { type: 'deliver'; uid: string; event: 'success' | 'fail' | 'abort' }
  /** Answers to register(), abort(), setPaused() and release(), by the token given there. */
  | { type: 'registered'; token: number; uid: string }
  | { type: 'rejected'; token: number; error: DomError }
  | { type: 'abort-answered'; token: number; aborted: boolean }
  /** `active` false: it had settled before, and nothing has changed. */
  | { type: 'pause-answered'; token: number; active: boolean }
  /** Its generation's deletion comes before it. `released` false: there was nothing to release. */
  | { type: 'release-answered'; token: number; released: boolean };

/** What the engine makes of an event: all of it, so that nothing is left to ask for. */
export interface Turn {
  /** To be carried out in this order, before the next event is told. */
  commands: Command[];
  /** When to call tick(): a time, or Infinity. */
  wake: number;
  /** True while no fetch is known at all. */
  isEmpty: boolean;
}

/**
 * Start: open(); then recoverHead() and recoverChunk() for everything in the
 * body store; then start(). From there on every event is answered with a turn.
 */
export interface Engine {
  /** Before start(): one stored response head. */
  recoverHead(owner: ChunkOwner, head: ResponseHead): void;
  /** Before start(): one stored chunk. */
  recoverChunk(owner: ChunkOwner, begin: number, end: number): void;
  /**
   * Before start(), where the app has chosen something: 0: connections, 1: bytes of a
   * chunk, 2: retries. What is no whole number is refused with a RangeError.
   */
  set(setting: number, value: number): void;
  start(online: boolean, now: number): Turn;

  /**
   * `uid`: fresh; bodies of the requests are already in the body store under it.
   * `roomBytes`: what the store may still take, 2^53 - 1 when nobody knows.
   */
  register(token: number, uid: string, options: FetchOptions, requests: RequestInfo[], roomBytes: number, now: number): Turn;
  abort(token: number, uid: string, repeated: boolean, now: number): Turn;
  setPaused(token: number, uid: string, paused: boolean, now: number): Turn;
  /** The app has moved what the record had elsewhere. */
  release(token: number, uid: string, record: number, now: number): Turn;

  responseHead(request: number, head: ResponseHead, now: number): Turn;
  chunkStored(request: number, begin: number, end: number, now: number): Turn;
  /** Read to its end, and not yet stored. */
  bodyReceived(request: number, bytes: number, now: number): Turn;
  bodyEnded(request: number, now: number): Turn;
  /** A network error, before or after the head, or the end of a cancelled one. */
  requestFailed(request: number, now: number): Turn;
  /** The store refused a chunk. `quota`: it is full. */
  storageFailed(request: number, quota: boolean, now: number): Turn;

  journalSynced(now: number): Turn;
  journalSyncFailed(quota: boolean, now: number): Turn;
  announced(sequence: number, now: number): Turn;
  /** `held`: by waitUntil(), beyond the return of all listeners. */
  eventDelivered(uid: string, held: boolean, now: number): Turn;
  fetchDeleted(uid: string, now: number): Turn;
  online(isOnline: boolean, now: number): Turn;
  tick(now: number): Turn;

  /** Sequence number of the newest announced change. */
  sequence(): number;
  /** True while a fetch is active or an outcome is not yet delivered. */
  isWorking(): boolean;
  /** As turns say it, before the first: the journal has nothing to say. */
  isEmpty(): boolean;
  /** Fetches changed after `sequence` (0: all known). */
  changesSince(sequence: number): Snapshot[];
  /** Active or settled but not dropped; null for any other uid. */
  snapshot(uid: string): Snapshot | null;
  /** Why register() would refuse that id; null: it would not. */
  checkId(id: string): DomError | null;
  /** The active fetch of that id, or ''. */
  activeUid(id: string): string;
  activeIds(): string[];
  /** Record indexes in request order; `query` null: all. */
  match(uid: string, query: MatchQuery | null): number[];
  request(uid: string, record: number): RequestInfo;
  /** In the order of `records`. What does not exist is pending. */
  recordStates(uid: string, records: number[]): RecordState[];
}

/** The engine, one for each module, and the parts of Emscripten's runtime that the host uses. */
export interface CoreModule extends Engine {
  /** Begins, or begins anew, with what the journal in `folder` holds. */
  open(folder: string, seed: number, origin: string): void;
  FS: {
    mkdirTree(path: string): void;
    mount(type: object, options: object, path: string): void;
    syncfs(populate: boolean, done: (error: unknown) => void): void;
    readdir(path: string): string[];
    stat(path: string): { mtime: Date; mode: number; size: number };
    /** Keeps the bytes as they are. */
    writeFile(path: string, bytes: Uint8Array): void;
    utime(path: string, atime: number, mtime: number): void;
    unlink(path: string): void;
  };
  IDBFS: object;
}

export default function createCore(): Promise<CoreModule>;
