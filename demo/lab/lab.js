// The lab: one download at a time, under whatever is done to it.

import { watchConnection } from '../shared/connection.js';
import { describe } from '../shared/errors.js';
import { Fetches } from '../shared/fetches.js';
import { formatBytes } from '../shared/format.js';
import { openWorker } from '../shared/open-worker.js';
import { byId, goTo, make, showProblem } from '../shared/page.js';
import { dropConnections, goOffline, readLog, readSha256, setSwitches } from '../shared/server.js';
import { followTrayClicks } from '../shared/tray-clicks.js';
import { Faults } from './faults.js';
import { showMap } from './map.js';
import { readJournal, readStored } from './storage.js';

const kLookMs = 500;
const kOfflineMs = 10_000;
const kStallMs = 5_000;
const kLongStallMs = 180_000;

const kRequestsShown = 40;
const kJournalBytesShown = 256;
const kTraceCallsShown = 30;

const form = byId('start-form', HTMLFormElement);
/** @type {ServiceWorkerRegistration} */
let registration;
/** @type {Fetches} */
let fetches;
const faults = new Faults(() => attempt(applyFaults));
/** Of the latest download: its id, and that of the body on the server. */
let id = '';
let size = 0;
/** @type {import('../shared/server.js').Asked[]} */
let asked = [];
let timer = 0;
let isLooking = false;
/** Something is new since the last look began. */
let isLookDue = false;
/** @type {Promise<unknown>} Settles when the server knows the faults as they were. */
let applied = Promise.resolve();
let isStarting = false;

/** @param {() => Promise<unknown>} work */
async function attempt(work) {
  try {
    showProblem('');
    await work();
  } catch (error) {
    showProblem(describe(error));
  }
}

/** One after the other, or the server might hear of the last one first. */
function applyFaults() {
  const apply = async () => {
    if (id) await setSwitches(id, faults.query());
  };
  applied = applied.then(apply, apply);
  return applied;
}

async function start() {
  if (isStarting || fetches.active(id)) throw new Error('One at a time: this one goes on.');
  isStarting = true;
  try {
    await begin();
  } finally {
    isStarting = false;
  }
}

async function begin() {
  const fields = new FormData(form);
  size = Number(fields.get('size'));
  asked = [];
  id = `lab-${Date.now().toString(36)}`;
  byId('sum', HTMLElement).textContent = '';
  await applyFaults();
  const query = new URLSearchParams({ size: String(size), seed: id, rate: String(fields.get('rate')) });
  await fetches.start(id, [`/bytes/${id}?${query}`], { title: 'A file of the lab', downloadTotal: size });
}

/** A download of an earlier visit. */
async function adopt() {
  await fetches.adopt();
  const [running] = await registration.backgroundFetch.getIds();
  if (!running) return;
  id = running;
  size = fetches.get(id)?.downloadTotal ?? 0;
}

async function look() {
  isLookDue = true;
  if (isLooking || !id) return;
  isLooking = true;
  clearTimeout(timer);
  try {
    while (isLookDue) {
      isLookDue = false;
      await showAll();
    }
  } finally {
    isLooking = false;
    // Only while there is something to see: each look keeps the worker running.
    if (fetches.active(id)) timer = setTimeout(() => attempt(look), kLookMs);
  }
}

async function showAll() {
  asked = await readLog(id).catch(() => {
    checkConnection();
    return asked;
  });
  const stored = await readStored(id);
  // At the end what was stored is deleted: the map stays as it was.
  if (stored.length > 0 || fetches.active(id)) showMap({ size, stored, asked });
  showRequests();
  await showJournal();
}

function showRequests() {
  byId('requests', HTMLElement).replaceChildren(
    ...asked.slice(-kRequestsShown).reverse().map((each) => {
      const row = make('tr', '');
      row.append(
        // The dash is where a line may end.
        make('td', '', each.range?.replace('bytes=', '').replace('-', '-\u200b') ?? 'all of it'),
        make('td', '', String(each.status || '…')),
        make('td', '', formatBytes(each.bytesWritten)),
        make('td', '', outcomeOf(each)),
      );
      return row;
    }),
  );
}

/** @param {import('../shared/server.js').Asked} asked */
function outcomeOf({ endedAt, complete, cut }) {
  if (endedAt === null) return 'under way';
  if (complete) return 'complete';
  return cut ? 'cut off' : 'client has left';
}

async function showJournal() {
  const files = await readJournal();
  const text = files.map(({ name, bytes }) => (
    `${name}, ${formatBytes(bytes.length)}\n${dump(bytes.subarray(-kJournalBytesShown))}`
  )).join('\n');
  byId('journal', HTMLElement).textContent = text || 'Empty: nothing is unfinished';
}

/** @param {Uint8Array} bytes  Sixteen a line, and what of them is text. */
function dump(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = Array.from(bytes.subarray(at, at + 16));
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = line.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'));
    lines.push(`  ${hex.padEnd(48)} ${text.join('')}`);
  }
  return lines.join('\n');
}

async function showTrace() {
  const { exportTrace } = await import(String('/dist/trace.mjs'));
  const trace = await exportTrace(registration);
  const lines = trace.calls.slice(-kTraceCallsShown)
    .map((/** @type {any} */ { call, values }) => `${call}(${JSON.stringify(values).slice(1, -1)})`);
  byId('trace-text', HTMLElement).textContent = lines.join('\n') || 'Nothing has happened';
  byId('trace-text', HTMLElement).hidden = false;
  const link = byId('trace-file', HTMLAnchorElement);
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([JSON.stringify(trace)], { type: 'application/json' }));
  link.hidden = false;
}

/** @param {{id: string, size: number, sha256: string}} sum */
async function showSum(sum) {
  if (sum.id !== id) return;
  const isRight = sum.sha256 === (await readSha256(id, size));
  byId('sum', HTMLElement).textContent =
    `${formatBytes(sum.size)} have come, ${isRight ? 'every byte as it was sent' : 'not the bytes that the seed makes'}`;
}

/** @param {string} buttonId @param {() => Promise<unknown>} work */
function onClick(buttonId, work) {
  byId(buttonId, HTMLButtonElement).addEventListener('click', () => attempt(work));
}

/** @param {number} ms */
async function stall(ms) {
  registration.active?.postMessage({ type: 'stall', ms });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(start);
});
onClick('drop', () => dropConnections(id));
onClick('offline', () => goOffline(kOfflineMs));
onClick('replace', () => navigator.serviceWorker.register(`sw.js?version=${Date.now()}`));
onClick('stall', () => stall(kStallMs));
onClick('stall-long', () => stall(kLongStallMs));
onClick('trace', showTrace);

followTrayClicks(() => goTo('map-heading'));

const checkConnection = watchConnection();
attempt(async () => {
  registration = await openWorker();
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.type === 'sum') attempt(() => showSum(data));
  });
  fetches = new Fetches(registration.backgroundFetch, () => attempt(look));
  await adopt();
  // Without the server the rest is of use all the same.
  await faults.read().catch(() => showProblem('The server does not say which faults it has.'));
  byId('start', HTMLButtonElement).disabled = false;
  await look();
  document.documentElement.dataset.ready = '';
});
