// The course: one download for all lessons, which open one by one.

import { watchConnection } from '../shared/connection.js';
import { describe } from '../shared/errors.js';
import { formatBytes } from '../shared/format.js';
import { openWorker } from '../shared/open-worker.js';
import { announce, byId, goTo, make, showProblem } from '../shared/page.js';
import { PlayerBar } from '../shared/player-bar.js';
import { setSwitches } from '../shared/server.js';
import { followTrayClicks } from '../shared/tray-clicks.js';
import { bytesOf, kLessons, nameOf, urlOf } from './lessons.js';

/** @typedef {import('./lessons.js').Lesson} Lesson */

/**
 * @typedef {'absent' | 'waiting' | 'downloading' | 'available' | 'failed' | 'kept'} State
 *
 * @type {Record<State, string>}
 */
const kStates = {
  absent: 'Not on this device',
  waiting: 'Waits for its turn',
  downloading: 'Is being downloaded',
  available: 'Here already',
  failed: 'Could not be downloaded',
  kept: 'On this device',
};

const kId = 'course';
const kLessonsCache = 'course-lessons';

/** The one that the demo loses where it is asked to. */
const kLost = kLessons[6];

const bar = new PlayerBar();
const audio = byId('audio', HTMLAudioElement);
const video = byId('video', HTMLVideoElement);
const button = byId('download', HTMLButtonElement);
const remove = byId('remove', HTMLButtonElement);
/** @type {Map<string, {lesson: Lesson, state: State, show: () => void}>} By URL. */
const rows = new Map();
let isDownloading = false;

/** @param {() => Promise<unknown>} work */
async function attempt(work) {
  try {
    showProblem('');
    await work();
  } catch (error) {
    showProblem(describe(error));
  }
}

/** @param {string} url @param {State} state */
function setState(url, state) {
  const row = rows.get(url);
  if (!row || row.state === state) return;
  row.state = state;
  row.show();
  showCourse();
}

function missing() {
  return [...rows].filter(([, { state }]) => state === 'absent' || state === 'failed');
}

function bytesOfMissing() {
  return missing().reduce((sum, [, { lesson }]) => sum + bytesOf(lesson), 0);
}

async function download() {
  // Whoever clicks before there is a worker does not click in vain.
  const manager = await opened;
  if (isDownloading) return;
  isDownloading = true;
  try {
    const registration = await begin(manager);
    attempt(() => follow(registration));
  } catch (error) {
    isDownloading = false;
    throw error;
  }
}

/** @param {BackgroundFetchManager} manager */
async function begin(manager) {
  const wanted = missing().map(([url]) => url);
  if (byId('lose', HTMLInputElement).checked) await setSwitches(nameOf(kLost), 'status=404:1');
  return manager.fetch(kId, wanted, {
    title: 'Morse code in ten lessons',
    downloadTotal: bytesOfMissing(),
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  });
}

/** @param {BackgroundFetchRegistration} registration  From wherever it is to its end. */
async function follow(registration) {
  isDownloading = true;
  showCourse();
  try {
    const records = await registration.matchAll();
    const areCancelled = await Promise.all(records.map(followLesson));
    if (areCancelled.includes(true)) {
      // What was whole has gone with the rest.
      for (const [url, { state }] of rows) if (state === 'available') setState(url, 'absent');
    } else {
      announce('The download has ended');
    }
  } finally {
    isDownloading = false;
    showCourse();
  }
}

/**
 * @param {BackgroundFetchRecord} record
 * @returns {Promise<boolean>} Whether it was cancelled.
 */
async function followLesson({ request, responseReady }) {
  const { url } = request;
  setState(url, 'waiting');
  try {
    // The head. The body has a stream that ends when all of it is stored.
    const response = await responseReady;
    if (!response.ok) throw new Error(`Status ${response.status}`);
    setState(url, 'downloading');
    await response.body?.pipeTo(new WritableStream());
    if (rows.get(url)?.state !== 'kept') setState(url, 'available');
    return false;
  } catch (error) {
    if (rows.get(url)?.state === 'kept') return false;
    const isCancelled = /** @type {Error} */ (error).name === 'AbortError';
    setState(url, isCancelled ? 'absent' : 'failed');
    return isCancelled;
  }
}

async function lookIntoCache() {
  const cache = await caches.open(kLessonsCache);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  for (const [url, { state }] of rows) {
    if (kept.has(url)) setState(url, 'kept');
    else if (state === 'kept') setState(url, 'absent');
  }
}

function showCourse() {
  const here = [...rows.values()].filter(({ state }) => state === 'kept' || state === 'available');
  byId('progress', HTMLProgressElement).value = here.length;
  byId('progress-text', HTMLElement).textContent = `${here.length} of ${rows.size} lessons are here`;
  const wanted = missing().length;
  button.hidden = wanted === 0 || isDownloading;
  button.textContent = wanted === rows.size
    ? `Download the course, ${formatBytes(bytesOfMissing())}`
    : `Download what is missing: ${wanted === 1 ? '1 lesson' : `${wanted} lessons`}`;
  remove.hidden = isDownloading || ![...rows.values()].some(({ state }) => state === 'kept');
}

/** @param {Lesson} lesson */
function addRow(lesson) {
  const url = urlOf(lesson);
  const element = make('li', 'lesson');
  element.dataset.number = String(lesson.number);
  const state = make('p', 'lesson-state');
  const verb = lesson.isFilm ? 'Watch' : 'Listen';
  const play = make('button', '', verb);
  play.setAttribute('aria-label', `${verb}: ${lesson.title}`);
  play.addEventListener('click', () => {
    bar.play(lesson.title, url, lesson.isFilm ? video : audio);
    if (lesson.isFilm) video.scrollIntoView({ block: 'nearest' });
  });
  const text = make('div', 'lesson-text');
  const signs = make('p', 'signs');
  // A letter and its signs stay on one line.
  signs.append(...lesson.signs.split('  ').map((each) => make('span', '', `${each} `)));
  text.append(make('h3', '', lesson.title), signs, state);
  element.append(make('span', 'lesson-number', String(lesson.number)), text, play);
  if (lesson.isFilm) element.append(byId('film', HTMLElement));
  const row = {
    lesson,
    state: /** @type {State} */ ('absent'),
    show: () => {
      element.dataset.state = row.state;
      // A film can be watched as it comes.
      const isComing = lesson.isFilm && row.state === 'downloading';
      state.textContent = isComing ? 'Can be watched already' : kStates[row.state];
      play.disabled = row.state !== 'kept' && row.state !== 'available' && !isComing;
    },
  };
  row.show();
  rows.set(url, row);
  byId('lessons', HTMLOListElement).append(element);
}

kLessons.forEach(addRow);
showCourse();
video.addEventListener('click', () => bar.toggle());
const captions = byId('captions', HTMLInputElement);
captions.addEventListener('change', () => {
  video.textTracks[0].mode = captions.checked ? 'showing' : 'hidden';
});
button.addEventListener('click', () => attempt(download));
remove.addEventListener('click', () => attempt(async () => {
  await caches.delete(kLessonsCache);
  await lookIntoCache();
  button.focus();
}));

followTrayClicks(() => goTo('lessons-heading'));

// The tray would fetch all of it again, and this page would not hear of it.
byId('tray', HTMLElement).addEventListener('retry', (event) => {
  const { detail } = /** @type {CustomEvent<{registration: BackgroundFetchRegistration}>} */ (event);
  if (detail.registration.id !== kId) return;
  event.preventDefault();
  attempt(download);
});

async function open() {
  await lookIntoCache();
  const { backgroundFetch } = await openWorker();
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.type === 'kept') lookIntoCache();
  });
  const running = await backgroundFetch.get(kId);
  if (running) attempt(() => follow(running));
  return backgroundFetch;
}

watchConnection();
const opened = open();
attempt(async () => {
  await opened;
  document.documentElement.dataset.ready = '';
});
