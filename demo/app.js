// The page: starts downloads, shows them, and finds those of earlier visits.

import { showCapabilities } from './capabilities.js';
import { watchConnection } from './connection.js';
import { DownloadCard } from './download-card.js';
import { describe } from './errors.js';
import { Library } from './library.js';
import { requestsFor } from './offers.js';
import { announce, byId, showProblem } from './page.js';

const list = byId('downloads', HTMLUListElement);
const library = new Library();

/** @param {BackgroundFetchRegistration} download */
function show(download) {
  byId('no-downloads', HTMLElement).hidden = true;
  const card = new DownloadCard(download);
  list.prepend(card.element);
}

/**
 * Downloads of earlier visits, or of other tabs.
 *
 * @param {BackgroundFetchManager} backgroundFetch
 */
async function adoptRunning(backgroundFetch) {
  for (const id of await backgroundFetch.getIds()) {
    const download = await backgroundFetch.get(id);
    if (download) show(download);
  }
}

/**
 * @param {BackgroundFetchManager} backgroundFetch
 * @param {HTMLFormElement} form
 */
async function start(backgroundFetch, form) {
  const fields = new FormData(form);
  const offer = requestsFor({
    what: fields.get('what') === 'set' ? 'set' : 'large',
    bytesPerSecond: Number(fields.get('rate')),
    cut: fields.has('cut'),
  });
  const download = await backgroundFetch.fetch(offer.id, offer.urls, {
    title: offer.title,
    downloadTotal: offer.bytes,
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  });
  show(download);
  announce(`${offer.title}: started`);
}

/** @param {ServiceWorkerContainer} serviceWorker */
async function run(serviceWorker) {
  // The switch travels in the script's address: a worker has no localStorage.
  await serviceWorker.register(self.demoSettings.force ? '/sw.js?force=1' : '/sw.js');
  const registration = await serviceWorker.ready;
  const { backgroundFetch } = registration;
  if (!backgroundFetch) throw new Error('Neither the browser nor the polyfill has the API.');

  serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.type === 'files-changed') library.refresh();
  });

  const button = byId('start', HTMLButtonElement);
  const form = byId('start-form', HTMLFormElement);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      showProblem('');
      await start(backgroundFetch, form);
    } catch (error) {
      showProblem(`It could not be started. ${describe(error)}`);
    } finally {
      button.disabled = false;
    }
  });
  button.disabled = false;
  await adoptRunning(backgroundFetch);
}

watchConnection();
try {
  await Promise.all([showCapabilities(), library.refresh()]);
  if (!navigator.serviceWorker) throw new Error('This browser, or this address, has no service workers.');
  await run(navigator.serviceWorker);
} catch (error) {
  showProblem(describe(error));
}
