/**
 * Fetches that are none, one in each state, where the tray looks for the page half.
 */

const parameters = new URLSearchParams(location.search);
document.documentElement.style.colorScheme = parameters.get('scheme') ?? 'light';
document.documentElement.dir = parameters.get('dir') ?? 'ltr';

const kIcon = 'data:image/svg+xml,' + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#c2410c" d="M0 0h8v8H0z"/>' +
  '<path fill="#fff" d="M3 2l3 2-3 2z"/></svg>');

/** @type {any[]} */
const fetches = [
  { id: 'film', title: 'A film about the sea', downloaded: 24e6, downloadTotal: 62e6, icon: true },
  { id: 'podcast', title: 'Episode 12: what browsers do when nobody looks, and why they stop',
    downloaded: 3.2e6, downloadTotal: 0, icon: true },
  { id: 'course', title: 'A course in 40 lessons', downloaded: 8e8, downloadTotal: 2.1e9, paused: true },
  { id: 'map', title: 'خريطة المدينة', downloaded: 0, downloadTotal: 5e6, icon: true },
  { id: 'song', title: 'A song', downloaded: 4.2e6, downloadTotal: 4.2e6, result: 'success',
    icon: true },
  { id: 'book', title: 'A book that is not there any more', downloaded: 0, downloadTotal: 9e5,
    result: 'failure', failureReason: 'bad-status' },
].map((each) => ({
  uploaded: 0, uploadTotal: 0, result: '', failureReason: '', recordsAvailable: true, ...each,
  matchAll: async () => [{ request: new Request('/') }],
}));

/** What the page half leaves on the global. */
const extras = {
  isRegistration: () => true,
  snapshotOf: (/** @type {any} */ { title, icon, paused = false }) => ({
    title, paused, icons: icon ? [{ src: kIcon, sizes: 'any' }] : [],
  }),
  follow: (/** @type {any} */ _manager, /** @type {(registration: any) => void} */ listener) => {
    for (const each of fetches) listener(each);
    const timer = setInterval(() => {
      fetches[0].downloaded += 4e5;
      fetches[1].downloaded += 1e5;
      for (const each of fetches.slice(0, 2)) listener(each);
    }, 200);
    return () => clearInterval(timer);
  },
};

Object.defineProperty(globalThis, Symbol.for('background-fetch-polyfill'), { value: extras });
const container = {
  ready: new Promise(() => {}),
  addEventListener: () => {},
  removeEventListener: () => {},
  getRegistrations: async () => [{ backgroundFetch: {} }],
};
Object.defineProperty(navigator, 'serviceWorker', { value: container });
globalThis.ServiceWorkerRegistration ??= /** @type {any} */ (class {});
Object.defineProperty(ServiceWorkerRegistration.prototype, 'backgroundFetch', { value: null });

await import(String('/dist/tray.mjs'));
if (parameters.get('focus')) {
  const { shadowRoot } = /** @type {Element} */ (document.querySelector('background-fetch-tray'));
  setTimeout(() => shadowRoot?.querySelector('button')?.focus(), 100);
}
