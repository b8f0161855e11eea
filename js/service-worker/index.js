/**
 * The entry for service workers: importing it installs, where Background Fetch
 * is missing. All listeners are there when the script has run once, as service
 * workers demand, and before the app's.
 */

import { installDialect } from '../shared/dialect.js';
import { install, isNeeded, readSettings } from '../shared/install.js';
import { adopt } from '../shared/manager.js';
import { BodyStore } from './body-store.js';
import { createCore } from './core.js';
import { installWorkerDialect } from './dialect.js';
import { startFresh } from './fresh-start.js';
import { Host } from './host.js';
import { installEvents } from './install-events.js';
import { LocalChannel } from './local-channel.js';
import { answerMessages } from './messaging.js';
import { NewsDesk } from './news-desk.js';
import { dispatchOutcome } from './outcome.js';
import { Questions } from './questions.js';
import { tellWorkBegan } from './work-began.js';

/**
 * @typedef {import('../shared/install.js').Settings & {
 *   allowFromServiceWorker?: boolean,
 * }} WorkerSettings  Whether the worker itself may call fetch(), too.
 */

/** @type {WorkerSettings} */
const settings = readSettings();
if (isNeeded(settings)) start(/** @type {any} */ (globalThis), settings);

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {WorkerSettings} settings
 */
function start(worker, settings) {
  const { allowFromServiceWorker = false } = settings;
  const { registration } = worker;
  const store = new BodyStore(registration.scope);
  const host = new Host({
    scope: registration.scope,
    createCore,
    store,
    deliver: (snapshot, outcome) =>
      dispatchOutcome(worker, outcome, adopt(managerOf(registration), snapshot)),
  });
  const questions = new Questions({
    host,
    store,
    newsDesk: new NewsDesk(host),
    tellWorkBegan: (asker) => tellWorkBegan(worker, asker),
  });
  const managerOf = install(
    worker,
    settings,
    () => new LocalChannel(host, questions, allowFromServiceWorker),
  );
  installEvents(worker);
  installDialect(worker);
  installWorkerDialect(worker, host, () => managerOf(registration));
  answerMessages(worker, questions, () => host.deliveriesEnded());
  startFresh(worker);
  followNetwork(worker, host);
  wakeWhenActive(worker, host);
}

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {Host} host
 */
function followNetwork(worker, host) {
  for (const type of ['online', 'offline']) {
    worker.addEventListener(type, () => {
      host.feed((engine, now) => engine.online(worker.navigator.onLine, now));
    });
  }
}

/**
 * Work goes on with whatever starts the worker. One that is not active yet must
 * leave the lock to the one that is.
 *
 * @param {ServiceWorkerGlobalScope} worker
 * @param {Host} host
 */
function wakeWhenActive(worker, host) {
  // Where storage cannot be read, whoever asks for something hears of it.
  const wake = () => host.wake().catch(() => {});
  worker.addEventListener('activate', wake);
  if (isActive(worker)) wake();
}

/** @param {ServiceWorkerGlobalScope} worker */
function isActive({ registration, serviceWorker }) {
  if (serviceWorker) return ['activating', 'activated'].includes(serviceWorker.state);
  // Where the worker cannot see itself: with a successor on its way it may be
  // either of the two, and waits for an event that tells.
  return registration.active !== null && !registration.installing && !registration.waiting;
}
