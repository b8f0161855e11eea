// The player: what there is to hear, what is on this device, what comes next.

import { watchConnection } from '../shared/connection.js';
import { describe } from '../shared/errors.js';
import { Fetches } from '../shared/fetches.js';
import { formatBytes } from '../shared/format.js';
import { openWorker } from '../shared/open-worker.js';
import { announce, byId, make, showProblem } from '../shared/page.js';
import { PlayerBar } from '../shared/player-bar.js';
import { followTrayClicks } from '../shared/tray-clicks.js';
import { bytesOf, episodeOf, kEpisodes, urlOf } from './episodes.js';
import { Queue } from './queue.js';

/** @typedef {import('./episodes.js').Episode} Episode */

const kEpisodesCache = 'player-episodes';

const list = byId('episodes', HTMLUListElement);
const bar = new PlayerBar();
const queue = new Queue(() => show());
/** @type {Set<string>} Ids of episodes in the Cache. */
const kept = new Set();
/** @type {Map<string, EpisodeRow>} */
const rows = new Map();
/** @type {Fetches | undefined} Once there is a worker. */
let fetches;

/** @param {() => Promise<unknown>} work  That a click began. */
async function attempt(work) {
  try {
    showProblem('');
    await work();
  } catch (error) {
    showProblem(describe(error));
  }
}

/** @param {Episode} episode  Unless it is here, or on its way. */
async function download(episode) {
  // Whoever clicks before that does not click in vain.
  const fetches = await opened;
  if (kept.has(episode.id) || fetches.active(episode.id)) return;
  await fetches.start(episode.id, [urlOf(episode)], {
    title: episode.title,
    downloadTotal: bytesOf(episode),
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  });
  announce(`${episode.title}: download started`);
}

/** @param {Episode} episode */
async function play(episode) {
  // Not from the server first: an element minds when answers come from elsewhere midway.
  await download(episode);
  bar.play(episode.title, urlOf(episode));
}

/** @param {Episode} episode */
async function enqueue(episode) {
  queue.add(episode.id);
  await download(episode);
}

/** @param {Episode} episode */
async function remove(episode) {
  const cache = await caches.open(kEpisodesCache);
  await cache.delete(urlOf(episode));
  fetches?.forget(episode.id);
  await lookIntoCache();
  rows.get(episode.id)?.focus();
}

async function lookIntoCache() {
  const cache = await caches.open(kEpisodesCache);
  const urls = new Set((await cache.keys()).map(({ url }) => url));
  kept.clear();
  for (const episode of kEpisodes) if (urls.has(urlOf(episode))) kept.add(episode.id);
  show();
}

class EpisodeRow {
  #episode;
  #state = make('p', 'episode-state');
  #add;
  #remove;

  /** @param {Episode} episode */
  constructor(episode) {
    this.#episode = episode;
    const { title, about, minutes, hue } = episode;
    const cover = make('div', 'cover', title[0]);
    cover.setAttribute('aria-hidden', 'true');
    cover.style.setProperty('--hue', String(hue));
    const text = make('div', 'episode-text');
    text.append(
      make('h3', '', title),
      make('p', 'details', `${about} ${minutes}\u00a0min,\u00a0${formatBytes(bytesOf(episode))}`),
      this.#state,
    );
    const actions = make('div', 'episode-actions');
    this.#add = this.#button('Add to queue', enqueue);
    this.#remove = this.#button('Remove download', remove);
    actions.append(this.#button('Play', play), this.#add, this.#remove);
    this.element = make('li', 'episode');
    this.element.dataset.id = episode.id;
    this.element.append(cover, text, actions);
  }

  /** @param {string} label @param {(episode: Episode) => Promise<void>} work */
  #button(label, work) {
    const button = make('button', label === 'Play' ? 'primary' : '', label);
    button.setAttribute('aria-label', `${label}: ${this.#episode.title}`);
    button.addEventListener('click', () => attempt(() => work(this.#episode)));
    return button;
  }

  focus() {
    this.element.querySelector('button')?.focus();
  }

  show() {
    const { id } = this.#episode;
    const [state, text] = stateOf(this.#episode);
    this.element.dataset.state = state;
    if (this.#state.textContent !== text) this.#state.textContent = text;
    this.#add.disabled = queue.has(id);
    this.#remove.hidden = state !== 'kept';
  }
}

/** @param {Episode} episode @returns {[string, string]} A word for programs, some for people. */
function stateOf({ id }) {
  if (kept.has(id)) return ['kept', 'On this device'];
  const fetching = fetches?.get(id);
  if (!fetching || fetching.failureReason === 'aborted') return ['absent', 'Not on this device'];
  if (fetching.result === 'failure') return ['failed', 'The download failed'];
  if (fetching.result === 'success') return ['keeping', 'Being put away'];
  const percent = Math.floor((fetching.downloaded / fetching.downloadTotal) * 100);
  return ['downloading', `${percent}\u00a0% here, and can be played`];
}

function show() {
  for (const row of rows.values()) row.show();
  showQueue();
}

let shownQueue = '';

function showQueue() {
  const { ids } = queue;
  byId('no-queue', HTMLElement).hidden = ids.length > 0;
  if (ids.join() === shownQueue) return;
  shownQueue = ids.join();
  byId('queue', HTMLOListElement).replaceChildren(...ids.map((id) => {
    const title = episodeOf(id)?.title ?? id;
    const item = make('li', '');
    const button = make('button', '', 'Remove');
    button.setAttribute('aria-label', `Remove from queue: ${title}`);
    button.addEventListener('click', () => {
      queue.remove(id);
      byId('queue-heading', HTMLElement).focus();
    });
    item.append(make('span', '', title), button);
    return item;
  }));
}

for (const episode of kEpisodes) rows.set(episode.id, new EpisodeRow(episode));
list.append(...[...rows.values()].map(({ element }) => element));

bar.listen('ended', () => {
  const next = episodeOf(queue.take() ?? '');
  if (next) attempt(() => play(next));
});

followTrayClicks((id) => {
  const episode = episodeOf(id);
  if (!episode) return;
  const [state] = stateOf(episode);
  if (state === 'kept' || state === 'downloading') attempt(() => play(episode));
  else rows.get(id)?.focus();
});

// The tray would fetch the same again; then this page would not hear of it.
byId('tray', HTMLElement).addEventListener('retry', (event) => {
  const { detail } = /** @type {CustomEvent<{registration: BackgroundFetchRegistration}>} */ (event);
  const episode = episodeOf(detail.registration.id);
  if (!episode) return;
  event.preventDefault();
  attempt(() => download(episode));
});

async function open() {
  await lookIntoCache();
  const { backgroundFetch } = await openWorker();
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.type === 'kept') lookIntoCache();
  });
  fetches = new Fetches(backgroundFetch, show);
  await fetches.adopt();
  return fetches;
}

watchConnection();
const opened = open();
attempt(async () => {
  await opened;
  document.documentElement.dataset.ready = '';
});
