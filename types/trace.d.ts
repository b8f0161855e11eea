/** `background-fetch-polyfill/trace`: what a service worker's engines did, fit to be shown. */

/** One call of the engine, as `bindings/engine.d.ts` of the sources names it. */
export interface TraceCall {
  call: string;
  values: unknown[];
  answer?: unknown;
}

/** Without URLs, ids, titles, bodies and values of headers. Plain data. */
export interface ExportedTrace {
  version: 1;
  /** It begins where an engine begins, and so can be replayed. */
  isWhole: boolean;
  calls: TraceCall[];
}

/**
 * Of the page's own registration, unless another is given.
 *
 * Rejects with `TypeError` where there is no active worker, or one without the polyfill.
 */
export function exportTrace(registration?: ServiceWorkerRegistration): Promise<ExportedTrace>;
