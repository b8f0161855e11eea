/**
 * Installs in service workers, where Background Fetch is missing. Importing it
 * does nothing. All listeners are there when the script has run once, as service
 * workers demand, and before the app's, if it is called first.
 */

import { installDialect } from '../shared/dialect.js';
import { installExtras } from '../shared/extras.js';
import { install, isNeeded } from '../shared/install.js';
import { adopt } from '../shared/manager.js';
import { makeQuestion } from '../shared/messages.js';
import { BodyStore } from './body-store.js';
import { Alarm } from './clock.js';
import { createCore } from './core.js';
import { installWorkerDialect } from './dialect.js';
import { uiUpdates } from './events.js';
import { startFresh } from './fresh-start.js';
import { Host } from './host.js';
import { installEvents } from './install-events.js';
import { LocalChannel } from './local-channel.js';
import { answerMessages } from './messaging.js';
import { NewsDesk } from './news-desk.js';
import { Notifications } from './notifications.js';
import { dispatchClick, dispatchOutcome } from './outcome.js';
import { Questions } from './questions.js';
import { Succession } from './succession.js';
import { answerSyncs } from './sync-events.js';
import { tellPages } from './tell-pages.js';

/** @typedef {import('../shared/install.js').Settings} Settings */

/** @param {Settings} settings */
export function installInWorker(settings) {
  if (isNeeded(settings)) start(/** @type {any} */ (globalThis), settings);
}

/**
 * @param {ServiceWorkerGlobalScope} worker
 * @param {Settings} settings
 */
function start(worker, settings) {
  const { allowFromServiceWorker = false, notifications: texts = {} } = settings;
  const { registration } = worker;
  const store = new BodyStore(registration.scope);
  const host = new Host({
    scope: registration.scope,
    createCore,
    store,
    settings,
    deliver: async (snapshot, outcome) => {
      const ended = adopt(managerOf(registration), snapshot);
      const wasHeld = await dispatchOutcome(worker, outcome, ended);
      const update = uiUpdates.get(ended);
      if (update) tellPages({ ...update, uid: snapshot.uid, base: worker.location.href });
      await notifications?.end(snapshot, update);
      return wasHeld;
    },
  });
  const newsDesk = new NewsDesk(host);
  const questions = new Questions({
    host,
    store,
    newsDesk,
    tellWorkBegan: () => tellPages(registration.scope),
    dispatchClick: (snapshot) => dispatchClick(worker, adopt(managerOf(registration), snapshot)),
  });
  const managerOf = install(
    worker,
    settings,
    () => new LocalChannel(host, questions, allowFromServiceWorker),
  );
  installEvents(worker);
  installDialect(worker);
  installExtras(worker);
  installWorkerDialect(worker, host, () => managerOf(registration));
  const succession = new Succession(registration);
  // Synthetic events hold no worker; the real one on which they ride does.
  /** @param {Promise<unknown>} work */
  const lifetimeOf = (work) => succession.unlessReplaced(work).then(() => host.deliveriesEnded());
  const notifications = texts
    ? new Notifications({ worker, host, questions, lifetimeOf, texts: Object(texts) })
    : null;
  answerMessages(worker, questions, lifetimeOf);
  answerSyncs(worker, (timeoutMs) => newsDesk.workEnds(timeoutMs), lifetimeOf);
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
  const wake = async () => {
    try {
      if (!(await host.wake())) return;
    } catch {
      // Storage cannot be read. Whoever asks for something hears of it.
      return;
    }
    // The event that started the worker ends as the app likes, and this one
    // when the work does. Engines see to it that it does not go on for ever.
    worker.registration.active?.postMessage(makeQuestion('last', {}));
  };
  worker.addEventListener('activate', wake);
  // In its turn: an event has started the worker, and somebody waits for what
  // comes of that. Even to look whether a database is there takes its time.
  if (isActive(worker)) new Alarm(wake).set(0);
}

/** @param {ServiceWorkerGlobalScope} worker */
function isActive({ registration, serviceWorker }) {
  if (serviceWorker) return ['activating', 'activated'].includes(serviceWorker.state);
  // Where the worker cannot see itself: with a successor on its way it may be
  // either of the two, and waits for an event that tells.
  return registration.active !== null && !registration.installing && !registration.waiting;
}
