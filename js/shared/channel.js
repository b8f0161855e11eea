/**
 * Channel: how this realm reaches the engine. In a page it is messages to the
 * active service worker; inside that worker it is a call. The shared classes
 * know only this.
 */

/** @typedef {import('./messages.js').Questions} Questions */
/** @typedef {import('./messages.js').Snapshot} Snapshot */

/**
 * What changed, in the order in which it changed. Fetches nobody here holds an
 * object for may be among it.
 *
 * @typedef {object} ChannelNews
 * @property {Snapshot[]} changes
 * @property {string[]} gone  uids whose records are deleted; nothing follows about them
 * @property {boolean} [isSilent]  There are no news for now: whoever waits for any asks, which
 *   tells why
 */

/**
 * @typedef {object} Channel
 * @property {<Name extends keyof Questions>(name: Name, fields: Questions[Name]['ask']) =>
 *   Promise<Questions[Name]['answer']>} ask  Rejects with real errors (errors.js), never hangs.
 * @property {(listener: (news: ChannelNews) => void) => void} watch
 *   Called for all news from now on; never from inside `ask`.
 * @property {(uids: () => string[]) => void} keepWatching
 *   Tells the channel how to learn which uids this realm holds objects for.
 */

export {};
