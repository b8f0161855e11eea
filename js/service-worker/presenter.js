/**
 * Presenter: what a notification says of a background fetch, and when it says
 * something else. Snapshots and times go in, notifications come out.
 */

/** @typedef {import('../shared/install.js').Settings} Settings */
/** @typedef {import('../shared/messages.js').Snapshot} Snapshot */

/** Who waits for something short waits in the page, and needs no notification. */
const kQuietMs = 3_000;

/** Notifications that change more often are noise, and some systems drop them. */
const kIntervalMs = 2_000;

/** What is behind a tag. Apps may have notifications of their own. */
export const kTagPrefix = 'background-fetch-polyfill:';

/**
 * Every text, in English; an app's setting `notifications` may bring others.
 *
 * @type {Required<Exclude<Settings['notifications'], boolean | undefined>>}
 */
export const kNotificationTexts = {
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  paused: 'Paused',
  success: 'Done',
  failure: 'The download failed',
};

/**
 * @typedef {object} Shown  The arguments of showNotification().
 * @property {string} title
 * @property {NotificationOptions & {actions: {action: string, title: string}[]}} options
 */

export class Presenter {
  #texts;
  /** @type {Map<string, {since: number, at: number, said: string}>} By uid. */
  #known = new Map();

  /** @param {typeof kNotificationTexts} texts */
  constructor(texts) {
    this.#texts = texts;
  }

  /**
   * @param {Snapshot} snapshot  Of an active fetch.
   * @param {number} now
   * @returns {Shown | number} When it may be shown, if it is news then; Infinity: it is none.
   */
  progress(snapshot, now) {
    const { uid, paused } = snapshot;
    const known = this.#known.get(uid) ?? { since: now, at: -Infinity, said: '' };
    this.#known.set(uid, known);
    const dueAt = Math.max(known.since + kQuietMs, known.at + kIntervalMs);
    // To format the first number costs a browser tens of milliseconds: not in a fetch's
    // first moments.
    if (known.said === '' && now < dueAt) return dueAt;
    const { pause, resume, cancel, paused: pausedText } = this.#texts;
    const amount = amountOf(snapshot);
    const body = paused ? `${pausedText} · ${amount}` : amount;
    if (body === known.said) return Infinity;
    if (now < dueAt) return dueAt;
    Object.assign(known, { at: now, said: body });
    return this.#describe(snapshot, body, [
      paused ? { action: 'resume', title: resume } : { action: 'pause', title: pause },
      { action: 'cancel', title: cancel },
    ]);
  }

  /** The user wants to see at once what became of a button. @param {string} uid */
  hurry(uid) {
    const known = this.#known.get(uid);
    if (known) Object.assign(known, { since: -Infinity, at: -Infinity });
  }

  /**
   * The user does not want to see it. Remembered by this worker alone: after its death
   * it is shown once more. A swipe is worth no durable write, and what is open cannot
   * tell: systems take notifications away, too, and a download is not to go unseen.
   *
   * @param {string} uid
   */
  dismiss(uid) {
    const known = this.#known.get(uid);
    if (known) known.at = Infinity;
  }

  /**
   * @param {Snapshot} snapshot  Of a fetch that has a result.
   * @param {{title?: string, icons?: Snapshot['icons']}} [update]  Of updateUI().
   * @returns {Shown | null} Null: what was shown of it is to go.
   */
  end(snapshot, update) {
    this.#known.delete(snapshot.uid);
    if (snapshot.failureReason === 'aborted') return null;
    const { success, failure } = this.#texts;
    const { title = snapshot.title, icons = snapshot.icons } = update ?? {};
    const body = snapshot.result === 'success' ? success : failure;
    return this.#describe({ ...snapshot, title, icons }, body, []);
  }

  /**
   * @param {Snapshot} snapshot
   * @param {string} body
   * @param {Shown['options']['actions']} actions
   * @returns {Shown}
   */
  #describe(snapshot, body, actions) {
    const { uid, id, title, icons } = snapshot;
    return {
      title: title || id,
      options: {
        tag: kTagPrefix + uid, body, actions, icon: icons[0]?.src, silent: true, data: snapshot,
      },
    };
  }
}

/** @param {Snapshot} snapshot */
function amountOf({ downloaded, downloadTotal }) {
  const options = downloadTotal > 0
    ? { style: /** @type {const} */ ('percent') }
    : { style: /** @type {const} */ ('unit'), unit: 'megabyte', maximumFractionDigits: 0 };
  const amount = downloadTotal > 0
    // Done is only what is done.
    ? Math.floor((100 * downloaded) / downloadTotal) / 100
    : downloaded / 1e6;
  return new Intl.NumberFormat(undefined, options).format(amount);
}
