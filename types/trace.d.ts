/** `background-fetch-polyfill/trace`: what a service worker's engines did, fit to be shown. */

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

/** Of the page's own registration, unless another is given. */
export function exportTrace(registration?: ServiceWorkerRegistration): Promise<ExportedTrace>;
