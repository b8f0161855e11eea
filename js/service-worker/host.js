/**
 * Host: boots the engine when it is needed, and anew when it has crashed.
 *
 * Order of a boot: the lock, the journal, the keys of the body store, start.
 * Nothing is written before the lock is ours.
 */

import { makeError } from '../shared/errors.js';
import { now } from './clock.js';
import { journalPath, mayHaveJournal, mountJournal } from './journal-folder.js';
import { holdScopeLock } from './scope-lock.js';
import { Session, isAssertion } from './session.js';

/** @typedef {import('../../bindings/engine.js').CoreModule} CoreModule */
/** @typedef {import('./body-store.js').BodyStore} BodyStore */
/** @typedef {import('./session.js').EngineEvent} EngineEvent */

/**
 * Crashes in one worker's life before it gives up: one may be bad luck with
 * what was in memory, more come from what is stored and would go on for ever.
 */
const kCrashesMax = 3;

/**
 * @typedef {object} HostObserver
 * @property {(sequence: number, mustBeHeard: boolean) => void} announce
 * @property {(uid: string, event: 'success' | 'fail' | 'abort') => Promise<void>} deliver
 */

export class Host {
  #scope;
  #createCore;
  #store;
  /** @type {HostObserver[]} */
  #observer;
  #crashes = 0;
  /** @type {Promise<void> | null} */
  #lock = null;
  /** @type {Promise<Session> | null} */
  #session = null;
  #epoch = crypto.randomUUID();

}
