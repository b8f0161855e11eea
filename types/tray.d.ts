/** `<background-fetch-tray>`: importing it defines the element. */

/// <reference path="./background-fetch.d.ts" />

/** By name; words in braces are filled in. `texts` of an element has the English ones. */
export interface BackgroundFetchTrayTexts {
  label: string;
  empty: string;
  pause: string;
  resume: string;
  cancel: string;
  retry: string;
  dismiss: string;
  /** {action}, {title} */
  action: string;
  /** {done} */
  bytes: string;
  /** {done}, {total} */
  bytesOfTotal: string;
  /** {bytes} */
  perSecond: string;
  /** {time} */
  left: string;
  waiting: string;
  paused: string;
  success: string;
  'bad-status': string;
  'fetch-error': string;
  'quota-exceeded': string;
  'download-total-exceeded': string;
  notRetried: string;
  /** {title}, as all that follow */
  saidStarted: string;
  saidPaused: string;
  saidResumed: string;
  saidDone: string;
  /** {reason} */
  saidFailed: string;
  saidCancelled: string;
}

/**
 * Of the tray; both bubble. Where an app prevents the default, the tray leaves
 * it to the app: no `backgroundfetchclick` in the service worker, no new fetch.
 */
export interface BackgroundFetchTrayEventMap extends HTMLElementEventMap {
  backgroundfetchclick: CustomEvent<{ registration: BackgroundFetchRegistration }>;
  retry: CustomEvent<{ registration: BackgroundFetchRegistration }>;
}

/** `<background-fetch-tray>`: the fetches of the page's origin, as a list. */
export interface BackgroundFetchTray extends HTMLElement {
  /** All of them. Those that are set replace the English ones. */
  get texts(): BackgroundFetchTrayTexts;
  set texts(texts: Partial<BackgroundFetchTrayTexts>);
  /** Looks for native fetches that have begun, which tell nobody, at once. */
  refresh(): Promise<void>;
  addEventListener<Type extends keyof BackgroundFetchTrayEventMap>(
    type: Type,
    listener: (this: BackgroundFetchTray, event: BackgroundFetchTrayEventMap[Type]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'background-fetch-tray': BackgroundFetchTray;
  }
}
