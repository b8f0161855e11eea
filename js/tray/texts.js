/**
 * Every text of the tray, in English. An app brings others by the `texts`
 * attribute or property; names in braces are filled in.
 */

export const kTexts = {
  label: 'Downloads',
  empty: 'No downloads',
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  retry: 'Try again',
  dismiss: 'Remove from list',
  /** A button, and what it is for, for those who do not see beside what it stands. */
  action: '{action}: {title}',
  bytes: '{done}',
  bytesOfTotal: '{done} of {total}',
  perSecond: '{bytes}/s',
  left: '{time}\u00a0left',
  waiting: 'Waiting',
  paused: 'Paused',
  success: 'Done',
  'bad-status': 'The server refused it',
  'fetch-error': 'The download failed',
  'quota-exceeded': 'There is not enough room on this device',
  'download-total-exceeded': 'There was more to download than announced',
  notRetried: 'It cannot be tried again',
  /** Said aloud, when it happens. */
  saidStarted: '{title}: download started',
  saidPaused: '{title}: paused',
  saidResumed: '{title}: goes on',
  saidDone: '{title}: done',
  saidFailed: '{title}: {reason}',
  saidCancelled: '{title}: cancelled',
};

/** @typedef {typeof kTexts} Texts */

/**
 * @param {string} text
 * @param {Record<string, string>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
