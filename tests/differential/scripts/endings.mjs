/** How fetches end: aborts, failures, and what is left afterwards. */

/** @type {import('../targets.mjs').Scripts} */
export const endings = {
  'endings: abort': {
    page: async (api) => {
      await api.onEnd('abort', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        fact('class', event);
        fact('has updateUI', 'updateUI' in event);
        fact('values', { ...tools.valuesOf(event.registration), downloaded: 'varies' });
        fact('records', (await event.registration.matchAll()).length);
      });
      const started = await api.manager.fetch('abort', api.endless('abort'));
      const { seen, settled } = api.follow(started);
      await api.call('abort()', () => started.abort());
      const [worker] = await Promise.all([api.ended('abort'), settled]);
      await api.call('abort() again', () => started.abort());
      await api.recordsGone(started);
      await api.call('abort() at the end', () => started.abort());
      api.fact('end', api.valuesOf(started));
      api.fact('last progress',
        { ...seen.at(-1), recordsAvailable: 'varies', downloaded: 'varies' });
      api.facts('worker ', worker);
      api.fact('ids', await api.manager.getIds());
    },
  },
  'endings: abort at once': {
    page: async (api) => {
      const started = await api.manager.fetch('at-once', api.file('at-once', 1000, 'delay=2000'));
      const { settled } = api.follow(started);
      const outcomes = await Promise.all([
        api.outcomeOf(() => started.abort()), api.outcomeOf(() => started.abort()),
      ]);
      api.fact('two calls', outcomes);
      const [worker] = await Promise.all([api.ended('at-once'), settled]);
      api.fact('end', [started.result, started.failureReason, started.downloaded, worker.type]);
    },
  },
  'endings: abort after some records': {
    page: async (api) => {
      await api.onEnd('some-records', async (
        /** @type {any} */ event, /** @type {any} */ fact,
      ) => {
        for (const record of await event.registration.matchAll()) {
          const name = new URL(record.request.url).pathname.split('/').at(-1);
          const outcome = await record.responseReady.then(
            async (/** @type {Response} */ response) => (await response.arrayBuffer()).byteLength,
            (/** @type {Error} */ error) => error.name);
          fact(String(name), outcome);
        }
      });
      const started = await api.manager.fetch('some-records',
        [api.file('finished', 5000), api.file('unfinished', 1000, 'delay=20000')]);
      const { settled } = api.follow(started);
      while (started.downloaded < 5000) {
        await new Promise((resolve) => {
          started.addEventListener('progress', resolve, { once: true });
        });
      }
      // That all bytes have come is heard before their end is.
      await new Promise((resolve) => setTimeout(resolve, 500));
      api.fact('aborted', await started.abort());
      const [worker] = await Promise.all([api.ended('some-records'), settled]);
      api.fact('end', [started.result, started.failureReason, started.downloaded]);
      api.fact('worker', worker);
    },
  },
  'endings: abort while responseReady is waited for': {
    page: async (api) => {
      const started = await api.manager.fetch('waited', api.file('waited', 1000, 'delay=20000'));
      const { settled } = api.follow(started);
      const [record] = await started.matchAll();
      const outcome = api.outcomeOf(() => record.responseReady);
      await started.abort();
      await settled;
      await api.ended('waited');
      api.fact('outcome', await Promise.race([
        outcome, new Promise((resolve) => setTimeout(resolve, 2000, 'never settles')),
      ]));
    },
  },
  'endings: abort of one found by get': {
    page: async (api) => {
      const started = await api.manager.fetch('found', api.endless('found'));
      const { settled } = api.follow(started);
      const found = await api.manager.get('found');
      api.fact('abort', await found.abort());
      await settled;
      api.fact('both', [started.failureReason, await started.abort(), await found.abort()]);
      await api.ended('found');
    },
  },
  'endings: abort after success': {
    page: async (api) => {
      const { registration } = await api.carryOut('too-late', api.file('too-late', 100));
      await api.call('abort', () => registration.abort());
      api.fact('end', [registration.result, registration.failureReason]);
    },
  },
  'endings: abort during the final event': {
    page: async (api) => {
      await api.onEnd('during', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        fact('abort', await tools.outcomeOf(() => event.registration.abort()));
        fact('result', event.registration.result);
        fact('records', (await event.registration.matchAll()).length);
      });
      const { registration, worker } = await api.carryOut('during', api.file('during', 100));
      api.facts('', worker);
      api.fact('end', [registration.result, registration.failureReason]);
    },
  },
  'endings: the id during the final event': {
    page: async (api) => {
      await api.onEnd('reused', async (/** @type {any} */ event, /** @type {any} */ fact) => {
        const { backgroundFetch } = /** @type {any} */ (self).registration;
        fact('get', await backgroundFetch.get('reused'));
        fact('ids', await backgroundFetch.getIds());
        const goOn = new Promise((resolve) => {
          addEventListener('message', ({ data }) => data === 'reused' && resolve(null));
        });
        /** @type {any} */ (self).isAsked = true;
        await goOn;
        fact('records still there', (await event.registration.matchAll()).length);
        fact('id', event.registration.id);
      });
      const started = await api.manager.fetch('reused', api.file('reused', 100));
      await api.follow(started).settled;
      await api.inWorker(async () => {
        while (!(/** @type {any} */ (self).isAsked)) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      });
      api.fact('get', await api.manager.get('reused'));
      const next = await api.manager.fetch('reused', api.endless('reused'));
      api.fact('another', [next !== started, next.result, started.result]);
      api.registration.active.postMessage('reused');
      api.facts('worker ', await api.ended('reused'));
      api.fact('the next one is active', (await api.manager.getIds()).join());
      api.fact('abort of the old one', await started.abort());
      api.fact('abort of the next one', await next.abort());
      await api.ended('reused');
    },
  },
  'endings: a failure in full': {
    page: async (api) => {
      await api.onEnd('failure', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        fact('class', event);
        fact('values', tools.valuesOf(event.registration));
      });
      const { registration, seen, worker } = await api.carryOut('failure',
        api.answer({ status: 404, body: 'gone' }));
      await api.recordsGone(registration);
      api.fact('page', api.valuesOf(registration));
      api.fact('last progress', { ...seen.at(-1), recordsAvailable: 'varies' });
      api.facts('worker ', worker);
      await api.call('abort', () => registration.abort());
      await api.call('matchAll', () => registration.matchAll());
    },
  },
  'endings: a POST whose connection breaks': {
    page: async (api) => {
      await api.onEnd('break', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll(undefined, { ignoreMethod: true });
        fact('record', await tools.outcomeOf(() => record.responseReady));
      });
      const { registration, worker } = await api.carryOut('break', new Request(
        api.file('break', 100_000, 'cut=1000'), { method: 'POST', body: 'text' },
      ));
      api.fact('end', [registration.result, registration.failureReason]);
      api.facts('worker ', worker);
    },
  },
  'endings: a redirected POST to a bad status': {
    page: async (api) => {
      const { registration, worker } = await api.carryOut('redirected-post', new Request(
        api.answer({ status: 307, header: 'Location: /answer?status=404' }),
        { method: 'POST', body: 'text' },
      ));
      api.fact('end', [registration.result, registration.failureReason, worker.type]);
    },
  },
  'endings: unregister in the middle': {
    page: async (api) => {
      const scope = `${api.scope}unregister/`;
      const made = await api.register(api.registration.active.scriptURL, scope);
      const started = await made.backgroundFetch.fetch('silent', api.endless('silent'));
      const worker = made.active;
      api.fact('unregistered', await made.unregister());
      await new Promise((resolve) => {
        const look = () => worker.state === 'redundant' && resolve(null);
        worker.addEventListener('statechange', look);
        look();
      });
      api.fact('result', [started.result, started.failureReason]);
      await api.call('abort', () => started.abort());
      await api.call('fetch', () => made.backgroundFetch.fetch('more', '/answer'));
    },
  },
};
