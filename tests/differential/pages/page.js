/**
 * The page under every script: hands it what it needs and collects its facts.
 */

self.differential = (() => {
  const kScope = '/differential/';

  /** @type {Map<string, any>} */
  const ended = new Map();
  const endings = new EventTarget();

  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.ended === undefined) return;
    ended.set(data.ended, data.facts);
    endings.dispatchEvent(new Event('ended'));
  });
  navigator.serviceWorker.startMessages();

  /** @type {ServiceWorkerRegistration} */
  let registration;

  /**
   * @param {string} script
   * @param {string} scope
   */
  async function register(script, scope) {
    const made = await navigator.serviceWorker.register(script, { scope });
    const worker = made.active ?? made.waiting ?? made.installing;
    await new Promise((resolve) => {
      const look = () => worker.state === 'activated' && resolve(null);
      worker.addEventListener('statechange', look);
      look();
    });
    return made;
  }

  /** @param {boolean} isNative */
  async function prepare(isNative) {
    registration = await register(`${kScope}worker.js${isNative ? '?polyfill=off' : ''}`, kScope);
    const mark = await ask(registration.active, {
      run: '() => String(BackgroundFetchManager.polyfill)',
    });
    return [String(BackgroundFetchManager.polyfill), mark];
  }

  /** @param {ServiceWorker} worker @param {object} message */
  async function ask(worker, message) {
    const { port1, port2 } = new MessageChannel();
    const { value, error } = await new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
      worker.postMessage(message, [port2]);
    });
    port1.close();
    if (error) throw new Error(`in the worker: ${error}`);
    return value;
  }

  /** @param {any} watched  a BackgroundFetchRegistration */
  function follow(watched) {
    const seen = [];
    const snapshot = () => JSON.stringify(describe.valuesOf(watched));
    watched.addEventListener('progress', () => seen.push(JSON.parse(snapshot())));
    const settled = new Promise((resolve) => {
      const look = () => watched.result !== '' && resolve(watched);
      watched.addEventListener('progress', look);
      look();
    });
    return { registration: watched, seen, settled };
  }

  /** @param {Record<string, any>} facts */
  function makeApi(facts) {
    const api = {
      scope: kScope,
      registration,
      manager: registration.backgroundFetch,
      ...describe,
      register,
      ask,
      follow,
      fact: (name, value) => {
        facts[name] = describe.describe(value);
      },
      /** A fact that is the outcome of a call. */
      call: async (name, body) => {
        facts[name] = await describe.outcomeOf(body);
      },
      facts: (prefix, values) => {
        for (const [name, value] of Object.entries(values)) {
          facts[`${prefix}${name}`] = describe.describe(value);
        }
      },
      /** A body of `size` bytes, of a name that no other script uses. */
      file: (name, size, switches = '') =>
        `${location.origin}/bytes/${name}?size=${size}&seed=${name}${switches && `&${switches}`}`,
      /** An answer that says what its query string says. */
      answer: (query = {}, origin = location.origin) => {
        const url = new URL('/answer', origin);
        for (const [name, value] of Object.entries(query)) {
          for (const item of [value].flat()) url.searchParams.append(name, String(item));
        }
        return url.href;
      },
      /** Never ends by itself. */
      endless: (name) => `${location.origin}/bytes/${name}?size=1000000&seed=${name}&rate=2000`,
      inWorker: (body, argument = null, worker = registration.active) =>
        ask(worker, { run: body.toString(), argument }),
      /** What the worker does in the event that ends `id`. */
      onEnd: (id, body, worker = registration.active) =>
        ask(worker, { onEnd: id, source: body.toString() }),
      /** The worker's facts of the event that ended `id`, once its handler is done. */
      ended: async (id) => {
        while (!ended.has(id)) {
          await new Promise((resolve) => {
            endings.addEventListener('ended', resolve, { once: true });
          });
        }
        const told = ended.get(id);
        ended.delete(id);
        return told;
      },
      /** Starts, follows to the end and takes the worker's facts. */
      carryOut: async (id, requests, options) => {
        const started = await api.manager.fetch(id, requests, options);
        const following = follow(started);
        const [worker] = await Promise.all([api.ended(id), following.settled]);
        return { ...following, worker };
      },
      /** Resolves once the registration's records are gone. */
      recordsGone: async (watched) => {
        // No event tells of it.
        while (watched.recordsAvailable) await new Promise((resolve) => setTimeout(resolve, 20));
      },
    };
    return api;
  }

  /**
   * @param {string} source  of a script's page part
   * @param {number} timeoutMs
   * @param {Record<string, any>} given  what the test knows: other origins
   */
  async function run(source, timeoutMs, given) {
    const facts = {};
    const api = { ...makeApi(facts), ...given };
    const body = new Function(`return (${source});`)();
    const timedOut = new Promise((resolve) => setTimeout(resolve, timeoutMs, 'timed out'));
    try {
      const end = await Promise.race([body(api), timedOut]);
      if (end === 'timed out') facts['the script'] = end;
    } catch (error) {
      facts['the script'] = `${error.name}: ${error.message}\n${error.stack}`;
    }
    const kept = { ...facts };
    // Native Chromium carries out one fetch at a time: leave none behind.
    for (const id of await api.manager.getIds()) await (await api.manager.get(id))?.abort();
    return kept;
  }

  return { prepare, run };
})();
