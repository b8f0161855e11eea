/**
 * Those who download: each is asked for some URLs and answers when every byte
 * can be read, in the worker, by whoever wants it.
 */

/**
 * @typedef {import('../browser/driver.mjs').Browser} Browser
 * @typedef {import('../browser/driver.mjs').Page} Page
 * @typedef {import('./cases.mjs').Contender} Contender
 *
 * @typedef {{ms: number | null, movedMs: number | null, stallMs: number}} Run  null: not
 *   within the time; stallMs: the longest time that the page's main thread was busy
 */

/** @type {Partial<Record<Contender, string>>} What goes through the API, with how ids begin. */
const kFetchers = {
  ours: 'keep', oursUncached: 'keep', withoutWasm: 'keep', native: 'keep', transfer: 'transfer',
};

/**
 * Those that must come to their end.
 *
 * @type {Set<Contender>}
 */
export const kOurs = new Set(['ours', 'oursUncached', 'withoutWasm', 'transfer']);

/** A rival that needs longer is not waited for, and counts as having needed this. */
export const kRivalTimeoutMs = 60_000;
/** The slowest case of ours takes some twenty seconds on a slow machine. */
const kOurTimeoutMs = 600_000;

/** Deletions and collections of the last run end before the next begins. */
const kSettleMs = 1_500;

/** @typedef {'ours' | 'withoutWasm' | 'rivals'} Side */

/** @type {Record<Side, {scope: string, worker: string, page: string}>} */
const kSides = {
  ours: { scope: '/bench/ours/', worker: '/bench/worker.js?core=', page: '/pages/orders.html' },
  withoutWasm: {
    scope: '/bench/nowasm/',
    worker: '/bench/worker.js?core=nowasm',
    page: '/pages/orders.html',
  },
  rivals: {
    scope: '/bench/rivals/',
    worker: '/bench/worker.js?polyfill=off',
    page: '/pages/orders.html?polyfill=off',
  },
};

export class Contenders {
  #browser;
  #sides;
  #settings;
  /** @type {Map<Side, Page>} */
  #pages = new Map();

  /** @param {Browser} browser @param {Side[]} sides @param {string} settings  of ours, as JSON */
  constructor(browser, sides, settings) {
    this.#browser = browser;
    this.#sides = sides;
    this.#settings = settings;
  }

  /** @param {Browser} browser @param {Side[]} sides @param {Record<string, number>} settings  of ours */
  static async open(browser, sides, settings) {
    const contenders = new Contenders(browser, sides, JSON.stringify(settings));
    await contenders.reopen();
    return contenders;
  }

  /** In a browser that has just been started. */
  async reopen() {
    for (const side of this.#sides) {
      const page = await this.#browser.open(kSides[side].page);
      this.#pages.set(side, page);
      await this.#register(side, page);
    }
  }

  /** @param {Side} side @param {Page} page */
  async #register(side, page) {
    const { scope, worker } = kSides[side];
    await page.run(register, { scope, worker: `${worker}&settings=${this.#settings}` });
  }

  /** @param {Contender} contender */
  async has(contender) {
    if (contender !== 'native') return true;
    return this.#pageOf('rivals').run(() => 'BackgroundFetchManager' in self);
  }

  /** @param {Side} side */
  #pageOf(side) {
    return /** @type {Page} */ (this.#pages.get(side));
  }

  /**
   * @param {Contender} contender
   * @param {string} name  of this run
   * @param {string[]} urls
   * @param {{moves?: boolean}} [options]  whether the event puts it all into a Cache
   * @returns {Promise<Run>}
   */
  async run(contender, name, urls, { moves = false } = {}) {
    const isOurs = kOurs.has(contender);
    const ours = contender === 'withoutWasm' ? contender : 'ours';
    const side = isOurs ? ours : 'rivals';
    const timeoutMs = isOurs ? kOurTimeoutMs : kRivalTimeoutMs;
    const { scope } = kSides[side];
    const page = this.#pageOf(side);
    const patience = { timeoutMs: timeoutMs + 30_000 };
    await page.run(watchMainThread);
    const prefix = kFetchers[contender];
    const run = prefix
      ? await page.run(fetchInBackground,
        {
          scope,
          id: `${moves ? 'move' : prefix} ${name}`,
          urls,
          cache: contender === 'oursUncached' ? 'no-store' : undefined,
          moves,
          timeoutMs,
        },
        patience)
      : await page.run(orderByHand, { scope, order: contender, urls, timeoutMs }, patience);
    return { ...run, stallMs: await page.run(() => /** @type {any} */ (self).longestTaskMs()) };
  }

  /**
   * As if nothing had been stored. What we have stored would go only when nobody
   * can be reading it any more, in the middle of the next run: with its
   * registration it goes at once.
   */
  async cleanUp() {
    const patience = { timeoutMs: 120_000 };
    for (const [side, page] of this.#pages) {
      const { scope } = kSides[side];
      const timeoutMs = kRivalTimeoutMs;
      const urls = /** @type {string[]} */ ([]);
      await page.run(orderByHand, { scope, order: 'cleanUp', urls, timeoutMs }, patience);
      if (side === 'rivals') continue;
      await page.run(unregister, kSides[side], patience);
      await this.#register(side, page);
    }
    await this.#pageOf('rivals')
      .run((ms) => new Promise((resolve) => setTimeout(resolve, ms)), kSettleMs);
  }
}

/**
 * Where the engine does not tell of long tasks, messages that a worker sends all the time and that
 * come late do. The driver's own work in the page counts, too.
 */
function watchMainThread() {
  let longest = 0;
  const noteLongTasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
    noteLongTasks.observe({ entryTypes: ['longtask'] });
    Object.assign(self, { longestTaskMs: () => longest });
    return;
  }
  const script = 'setInterval(() => postMessage(performance.timeOrigin + performance.now()), 5)';
  const ticking = new Worker(URL.createObjectURL(new Blob([script])));
  ticking.onmessage = ({ data }) => {
    longest = Math.max(longest, performance.timeOrigin + performance.now() - data);
  };
  Object.assign(self, {
    longestTaskMs: () => {
      ticking.terminate();
      return longest;
    },
  });
}

/** @param {{scope: string, worker: string}} side */
async function register({ scope, worker: script }) {
  const registration = await navigator.serviceWorker.register(script, { scope });
  const worker = registration.installing ?? registration.waiting;
  if (registration.active || !worker) return;
  await new Promise((resolve) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve(null);
    });
  });
}

/** @param {{scope: string}} side */
async function unregister({ scope }) {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  await registration?.unregister();
  for (;;) {
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => decodeURIComponent(name ?? '').includes(scope))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * @param {{scope: string, id: string, urls: string[], cache?: RequestCache, moves: boolean,
 *   timeoutMs: number}} order
 */
async function fetchInBackground({ scope, id, urls, cache, moves, timeoutMs }) {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  if (!registration) throw new Error('the registration has gone');
  const channel = new BroadcastChannel('browser-bench');
  try {
    /** @type {(value: any) => void} */
    let resolveMoved = () => {};
    /** @type {(error: Error) => void} */
    let rejectMoved = () => {};
    const moved = new Promise((resolve, reject) => {
      resolveMoved = resolve;
      rejectMoved = reject;
    });
    // Who waits for less does not look.
    moved.catch(() => {});
    const readable = new Promise((resolve, reject) => {
      channel.onmessage = ({ data }) => {
        if (data.id !== id) return;
        if (data.error) for (const fail of [reject, rejectMoved]) fail(new Error(data.error));
        if (data.readable === urls.length || data.transferred) resolve(performance.now());
        if (data.moved !== undefined) resolveMoved(data.moved);
      };
      setTimeout(resolve, timeoutMs, null);
    });
    const begin = performance.now();
    const requests = cache ? urls.map((url) => new Request(url, { cache })) : urls;
    const fetching = await registration.backgroundFetch.fetch(id, requests);
    const end = await readable;
    if (end === null) await fetching.abort();
    const movedMs = moves && end !== null ? await moved : null;
    // Its stored bytes may go once its event has ended.
    const deadline = performance.now() + 10_000;
    while (fetching.recordsAvailable && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { ms: end === null ? null : end - begin, movedMs, stallMs: 0 };
  } finally {
    channel.close();
  }
}

/** @param {{scope: string, order: string, urls: string[], timeoutMs: number}} order */
async function orderByHand({ scope, order, urls, timeoutMs }) {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  const begin = performance.now();
  const answer = await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, timeoutMs, null);
    registration?.active?.postMessage({ order, urls }, [port2]);
  });
  const end = performance.now();
  // What a rival cannot do at all, it does not do in time.
  return { ms: answer === null || answer.error ? null : end - begin, movedMs: null, stallMs: 0 };
}
