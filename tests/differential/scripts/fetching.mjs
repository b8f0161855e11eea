/** Starting a fetch, finding it again, and what its registration tells. */

/** @type {import('../targets.mjs').Scripts} */
export const fetching = {
  'fetching: a registration at its start': {
    page: async (api) => {
      const started = await api.manager.fetch('start', api.endless('start'), {
        title: 'Start', downloadTotal: 1_000_000,
      });
      api.facts('', { ...api.valuesOf(started), downloaded: 'varies' });
    },
  },
  'fetching: get and getIds while it is active': {
    page: async (api) => {
      const [one, other] = await Promise.all(['one', 'other'].map((id) =>
        api.manager.fetch(id, api.endless(id))));
      const ids = await api.manager.getIds();
      api.fact('ids', [...ids].sort());
      api.fact('ids are an array', [Array.isArray(ids), Object.isFrozen(ids)]);
      const found = await one.matchAll();
      api.fact('records are an array', [Array.isArray(found), Object.isFrozen(found)]);
      api.fact('got', [(await api.manager.get('one')).id, (await api.manager.get('other')).id]);
      api.fact('same object as started', await api.manager.get('one') === one);
      api.fact('same object twice',
        await api.manager.get('other') === await api.manager.get('other'));
      await one.abort();
      api.fact('ids after one abort', await api.manager.getIds());
      api.fact('get after the abort', await api.manager.get('one'));
      await other.abort();
      api.fact('ids at the end', await api.manager.getIds());
    },
  },
  'fetching: an id in use': {
    page: async (api) => {
      const started = await api.manager.fetch('in-use', api.endless('in-use'));
      await api.call('again', () => api.manager.fetch('in-use', api.endless('in-use')));
      api.fact('ids', await api.manager.getIds());
      await started.abort();
      const again = await api.manager.fetch('in-use', api.endless('in-use'));
      api.fact('after an abort', [again.id, again !== started, started.result, again.result]);
    },
  },
  'fetching: two at once with one id': {
    page: async (api) => {
      const outcomes = await Promise.all([1, 2].map(() =>
        api.outcomeOf(() => api.manager.fetch('twice', api.endless('twice')))));
      api.fact('outcomes', outcomes.sort());
      api.fact('ids', await api.manager.getIds());
    },
  },
  'fetching: one record to success': {
    page: async (api) => {
      const { registration, seen, worker } = await api.carryOut('one-record', api.file('one', 5000),
        { downloadTotal: 5000 });
      api.facts('page ', { ...api.valuesOf(registration), recordsAvailable: 'varies' });
      api.fact('last progress event', { ...seen.at(-1), recordsAvailable: 'varies' });
      api.fact('worker', worker.type);
    },
  },
  'fetching: rules of progress events': {
    page: async (api) => {
      await api.onEnd('rules', () => new Promise((resolve) => setTimeout(resolve, 700)));
      const { registration, seen } = await api.carryOut('rules',
        [api.file('rules-a', 60_000, 'rate=20000'), api.file('rules-b', 60_000, 'rate=20000')]);
      await api.recordsGone(registration);
      const counts = seen.map((/** @type {any} */ values) => values.downloaded);
      api.fact('some', seen.length > 1);
      api.fact('rises', counts.every((/** @type {number} */ count, /** @type {number} */ index) =>
        index === 0 || count >= counts[index - 1]));
      api.fact('some before the result', seen.some((/** @type {any} */ values) =>
        values.result === '' && values.downloaded > 0));
      api.fact('first with a result is the last', seen.findIndex((/** @type {any} */ values) =>
        values.result !== '') === seen.length - 1);
      api.fact('last', seen.at(-1));
      api.fact('at the end', api.valuesOf(registration));
    },
  },
  'fetching: values stay between events': {
    page: async (api) => {
      const started = await api.manager.fetch('between', api.file('between', 50_000, 'rate=40000'));
      const { seen, settled } = api.follow(started);
      let last = started.downloaded;
      let changesWithoutEvent = 0;
      const look = setInterval(() => {
        const shown = seen.at(-1)?.downloaded ?? last;
        if (started.downloaded !== shown) changesWithoutEvent += 1;
        last = started.downloaded;
      }, 10);
      await settled;
      clearInterval(look);
      api.fact('changes without an event', changesWithoutEvent);
    },
  },
  'fetching: result and reason at a page before the worker hears': {
    page: async (api) => {
      await api.onEnd('before', async (/** @type {any} */ event, /** @type {any} */ fact) => {
        fact('began', String(performance.timeOrigin + performance.now()));
        fact('recordsAvailable', event.registration.recordsAvailable);
        // Long enough for the page's news, whoever is faster.
        await new Promise((resolve) => setTimeout(resolve, 300));
      });
      const started = await api.manager.fetch('before', api.file('before', 3000));
      const { settled } = api.follow(started);
      const [worker] = await Promise.all([api.ended('before'), settled]);
      api.fact('records in the worker', worker.recordsAvailable);
      await api.recordsGone(started);
      api.fact('at the end', api.valuesOf(started));
    },
  },
  'fetching: records stay until the lifetime of the event ends': {
    page: async (api) => {
      await api.onEnd('lifetime', (/** @type {any} */ event, /** @type {any} */ fact) =>
        new Promise((resolve) => {
          fact('records', event.registration.recordsAvailable);
          addEventListener('message', ({ data }) => data === 'go on' && resolve(null));
        }));
      const started = await api.manager.fetch('lifetime', api.file('lifetime', 3000));
      await api.follow(started).settled;
      api.fact('after the result', [started.result, started.recordsAvailable]);
      const [record] = await started.matchAll();
      api.fact('readable', (await (await record.responseReady).arrayBuffer()).byteLength);
      api.registration.active.postMessage('go on');
      await api.ended('lifetime');
      await api.recordsGone(started);
      await api.call('matchAll at the end', () => started.matchAll());
      await api.call('match at the end', () => started.match('/x'));
      await api.call('abort at the end', () => started.abort());
    },
  },
  'fetching: downloadTotal met exactly': {
    page: async (api) => {
      const { registration } = await api.carryOut('exact', api.file('exact', 4096),
        { downloadTotal: 4096 });
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
    },
  },
  'fetching: downloadTotal not reached': {
    page: async (api) => {
      const { registration } = await api.carryOut('short', api.file('short', 4096),
        { downloadTotal: 9000 });
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded,
        registration.downloadTotal]);
    },
  },
  'fetching: downloadTotal exceeded by one': {
    page: async (api) => {
      await api.onEnd('over', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        fact('values', { ...tools.valuesOf(event.registration), downloaded: 'varies' });
        const [record] = await event.registration.matchAll();
        fact('record', await tools.outcomeOf(() => record.responseReady));
      });
      const { registration, worker } = await api.carryOut('over', api.file('over', 4097),
        { downloadTotal: 4096 });
      api.fact('end', [registration.result, registration.failureReason]);
      api.fact('worker', worker);
    },
  },
  'fetching: downloadTotal exceeded by several': {
    page: async (api) => {
      const { registration, worker } = await api.carryOut('over-several',
        [api.file('over-a', 3000), api.file('over-b', 3000)], { downloadTotal: 5000 });
      api.fact('end', [registration.result, registration.failureReason, worker.type]);
    },
  },
  'fetching: POST with a body': {
    page: async (api) => {
      const body = 'x'.repeat(2000);
      const request = new Request(api.answer({ echo: 'X-Key' }), {
        method: 'POST', body, headers: { 'X-Key': 'value' },
      });
      await api.onEnd('post', async (/** @type {any} */ event, /** @type {any} */ fact) => {
        const [record] = await event.registration.matchAll();
        const { method, header, body } = await (await record.responseReady).json();
        fact('arrived', { method, header, body: body.length });
      });
      const started = await api.manager.fetch('post', request);
      api.fact('bodyUsed', request.bodyUsed);
      api.fact('uploadTotal at the start', started.uploadTotal);
      const [worker] = await Promise.all([api.ended('post'), api.follow(started).settled]);
      api.fact('end', [started.result, started.uploadTotal, started.uploaded]);
      api.fact('worker', worker);
    },
  },
  'fetching: kinds of bodies': {
    page: async (api) => {
      const form = new FormData();
      form.append('name', 'value');
      /** @type {Record<string, BodyInit>} */
      const bodies = {
        text: 'text',
        empty: '',
        blob: new Blob(['blob'], { type: 'text/plain' }),
        buffer: new TextEncoder().encode('buffer').buffer,
        view: new TextEncoder().encode('a view').subarray(2),
        parameters: new URLSearchParams({ name: 'value' }),
      };
      for (const [name, body] of Object.entries(bodies)) {
        await api.onEnd(`body ${name}`, async (
          /** @type {any} */ event, /** @type {any} */ fact,
        ) => {
          const [record] = await event.registration.matchAll();
          fact('arrived', await (await record.responseReady).json());
        });
        const { registration, worker } = await api.carryOut(`body ${name}`,
          new Request(api.answer({ echo: 'Content-Type' }), { method: 'PUT', body }));
        api.fact(name, { ...worker, uploadTotal: registration.uploadTotal });
      }
      await api.onEnd('body form', async (/** @type {any} */ event, /** @type {any} */ fact) => {
        const [record] = await event.registration.matchAll();
        const { header, body } = await (await record.responseReady).json();
        fact('boundary is the body\'s', body.includes(header.split('boundary=')[1]));
      });
      const { worker } = await api.carryOut('body form',
        new Request(api.answer({ echo: 'Content-Type' }), { method: 'POST', body: form }));
      api.fact('form', worker);
    },
  },
  'fetching: from the worker': {
    page: async (api) => {
      api.facts('', await api.inWorker(async (/** @type {null} */ _, /** @type {any} */ tools) => {
        const { backgroundFetch } = /** @type {any} */ (self).registration;
        return {
          fetch: await tools.outcomeOf(() => backgroundFetch.fetch('worker', '/answer')),
          'fetch of nothing': await tools.outcomeOf(() => backgroundFetch.fetch('worker', [])),
          'fetch without arguments': await tools.outcomeOf(() => backgroundFetch.fetch()),
          get: await tools.outcomeOf(() => backgroundFetch.get('worker')),
          getIds: await tools.outcomeOf(() => backgroundFetch.getIds()),
        };
      }));
    },
  },
  'fetching: what the worker sees of a page\'s fetch': {
    page: async (api) => {
      await api.manager.fetch('seen', [api.endless('seen')], { downloadTotal: 1_000_000 });
      api.facts('', await api.inWorker(async (/** @type {null} */ _, /** @type {any} */ tools) => {
        const { backgroundFetch } = /** @type {any} */ (self).registration;
        const seen = await backgroundFetch.get('seen');
        const records = await seen.matchAll();
        return {
          ids: await backgroundFetch.getIds(),
          values: { ...tools.valuesOf(seen), downloaded: 'varies' },
          records: records.length,
          request: records[0]?.request.url,
          aborted: await tools.outcomeOf(() => seen.abort()),
        };
      }));
      await api.ended('seen');
    },
  },
};
