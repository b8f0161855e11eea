/** Records: their requests and responses, of good and of bad answers. */

/** @type {import('../targets.mjs').Scripts} */
export const records = {
  'records: a response in full': {
    page: async (api) => {
      await api.onEnd('full', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        const response = await record.responseReady;
        fact('same promise', record.responseReady === record.responseReady);
        fact('same response', await record.responseReady === response);
        fact('class', response);
        fact('response', await tools.responseFacts(response));
        fact('bodyUsed', response.bodyUsed);
        fact('second read', await tools.outcomeOf(() => response.text()));
      });
      const { worker } = await api.carryOut('full', api.answer({
        status: 201, statusText: 'Made Here', body: 'the body',
        header: ['Content-Type: text/x-test; charset=utf-8', 'X-Key: one', 'X-Key: two',
          'Set-Cookie: a=b', 'ETag: "tag"', 'Cache-Control: no-store'],
      }));
      api.facts('', worker);
    },
  },
  'records: a request in full': {
    page: async (api) => {
      await api.onEnd('request', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        fact('same request', record.request === record.request);
        fact('class', record.request);
        const { referrer, ...facts } = await tools.requestFacts(record.request);
        fact('request', { ...facts, referrer: referrer.split('/').at(-1) });
      });
      const { worker } = await api.carryOut('request', new Request(api.answer({ body: 'x' }), {
        headers: { 'X-Key': 'value', Accept: 'text/plain' },
        cache: 'no-cache', credentials: 'include', redirect: 'follow', mode: 'cors',
        referrer: '/differential/elsewhere', referrerPolicy: 'origin-when-cross-origin',
      }));
      api.facts('', worker);
    },
  },
  'records: a request of a plain URL': {
    page: async (api) => {
      await api.onEnd('plain', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        const { referrer, ...facts } = await tools.requestFacts(record.request);
        fact('request', facts);
      });
      const { worker } = await api.carryOut('plain', api.answer({ body: 'x' }));
      api.facts('', worker);
    },
  },
  'records: the body of a request, read twice': {
    page: async (api) => {
      await api.onEnd('request-body', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        for (const round of ['first', 'second']) {
          const [record] = await event.registration.matchAll(undefined, { ignoreMethod: true });
          fact(round, record ? await tools.outcomeOf(() => record.request.text()) : 'no record');
        }
      });
      const { worker } = await api.carryOut('request-body', new Request(api.answer(), {
        method: 'POST', body: 'posted', headers: { 'Content-Type': 'text/x-test' },
      }));
      api.facts('', worker);
    },
  },
  'records: a 404 alone': {
    page: async (api) => {
      await api.onEnd('missing', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => tools.readRecords(event, fact));
      const { registration, worker } = await api.carryOut('missing', api.answer({
        name: 'missing', status: 404, statusText: 'Nowhere', body: 'not here',
        header: 'X-Key: value',
      }));
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
      api.fact('worker', worker);
    },
  },
  'records: a 403 beside a good answer': {
    page: async (api) => {
      await api.onEnd('mixed', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => tools.readRecords(event, fact));
      const { registration, worker } = await api.carryOut('mixed', [
        api.answer({ name: 'good', body: 'good' }),
        api.answer({ name: '403', status: 403, body: 'bad' }),
      ]);
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
      api.fact('worker', worker);
    },
  },
  'records: a 401': {
    page: async (api) => {
      const { registration, worker } = await api.carryOut('unauthorized',
        api.answer({ status: 401 }));
      api.fact('end', [registration.result, registration.failureReason, worker.type]);
    },
  },
  'records: a 500 to a POST': {
    page: async (api) => {
      await api.onEnd('broken', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => tools.readRecords(event, fact));
      const { registration, worker } = await api.carryOut('broken', new Request(
        api.answer({ name: 'broken', status: 500, statusText: 'Broken', body: 'broken' }),
        { method: 'POST', body: 'text' },
      ));
      api.fact('end', [registration.result, registration.failureReason]);
      api.fact('worker', worker);
    },
  },
  'records: statuses without a body': {
    page: async (api) => {
      await api.onEnd('bodiless', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => tools.readRecords(event, fact));
      const { registration, worker } = await api.carryOut('bodiless', [
        api.answer({ name: 'empty 200' }), api.answer({ name: '204', status: 204 }),
        api.answer({ name: '205', status: 205 }),
      ]);
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
      api.fact('worker', worker);
    },
  },
  'records: a 203': {
    page: async (api) => {
      await api.onEnd('203', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => tools.readRecords(event, fact));
      const { registration, worker } = await api.carryOut('203',
        api.answer({ name: '203', status: 203, statusText: 'Other', body: 'a' }));
      api.fact('end', [registration.result, registration.failureReason]);
      api.fact('worker', worker);
    },
  },
  'records: HEAD': {
    page: async (api) => {
      await api.onEnd('head', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => tools.readRecords(event, fact));
      const { registration, worker } = await api.carryOut('head',
        new Request(api.answer({ name: 'head', body: 'text' }), { method: 'HEAD' }));
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
      api.fact('worker', worker);
    },
  },
  'records: a redirect': {
    page: async (api) => {
      await api.onEnd('redirect', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        const { url, redirected, body, status } =
          await tools.responseFacts(await record.responseReady);
        fact('request', record.request.url);
        fact('response', { url, redirected, body, status });
      });
      const { registration, worker } = await api.carryOut('redirect', api.answer({
        status: 302, header: `Location: ${api.answer({ body: 'there' })}`,
      }));
      api.fact('end', [registration.result, registration.failureReason]);
      api.facts('', worker);
    },
  },
  'records: a redirect to another origin': {
    page: async (api) => {
      await api.onEnd('away', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        const { redirected, body, status } = await tools.responseFacts(await record.responseReady);
        fact('response', { redirected, body, status });
      });
      const there = api.answer({ body: 'away', cors: '*' }, api.crossOrigin);
      const { registration, worker } = await api.carryOut('away',
        api.answer({ status: 307, header: `Location: ${there}` }));
      api.fact('end', [registration.result, registration.failureReason]);
      api.facts('', worker);
    },
  },
  'records: from another origin that permits it': {
    page: async (api) => {
      await api.onEnd('cors', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        const { url, status, body, headers } =
          await tools.responseFacts(await record.responseReady);
        const names = ['content-type', 'etag', 'x-key', 'x-shown', 'cache-control'];
        fact('response', { url, status, body });
        fact('readable', names.filter((name) => name in headers));
      });
      const { registration, worker } = await api.carryOut('cors', api.answer({
        body: 'shared', cors: '*',
        header: ['X-Key: hidden', 'X-Shown: shown', 'ETag: "tag"', 'Cache-Control: no-cache',
          'Access-Control-Expose-Headers: X-Shown'],
      }, api.crossOrigin));
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
      api.facts('', worker);
    },
  },
  'records: from another origin that does not permit it': {
    page: async (api) => {
      await api.onEnd('refused', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => tools.readRecords(event, fact));
      const { registration, worker } = await api.carryOut('refused', new Request(
        api.answer({ name: 'refused', body: 'secret' }, api.crossOrigin),
        { method: 'POST', body: 'text' },
      ));
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
      api.fact('worker', worker);
    },
  },
  'records: an encoded body': {
    page: async (api) => {
      await api.onEnd('encoded', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        const response = await record.responseReady;
        fact('content-encoding', response.headers.get('content-encoding'));
        fact('bytes', (await response.arrayBuffer()).byteLength);
      });
      const { registration, worker } = await api.carryOut('encoded',
        api.file('encoded', 20_000, 'coding=gzip'));
      api.fact('end', [registration.result, registration.failureReason, registration.downloaded]);
      api.facts('', worker);
    },
  },
  'records: into a cache': {
    page: async (api) => {
      await api.onEnd('cached', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const cache = await caches.open('differential');
        for (const record of await event.registration.matchAll()) {
          fact('put', await tools.outcomeOf(async () =>
            cache.put(record.request, await record.responseReady)));
        }
        const [request] = await cache.keys();
        const response = /** @type {Response} */ (await cache.match(request));
        fact('key', request?.url);
        fact('length', (await response.text()).length);
        fact('url', response.url);
        fact('headers', response.headers.get('x-key'));
        await caches.delete('differential');
      });
      const { worker } = await api.carryOut('cached', api.answer({
        body: 'kept for later', header: 'X-Key: value',
      }));
      api.facts('', worker);
    },
  },
  'records: a clone': {
    page: async (api) => {
      await api.onEnd('clone', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const [record] = await event.registration.matchAll();
        const response = await record.responseReady;
        const copy = response.clone();
        fact('bodies', [await response.text(), await copy.text()]);
        fact('url', copy.url);
        fact('status', copy.status);
        fact('clone of a used one', await tools.outcomeOf(() => response.clone()));
      });
      const { worker } = await api.carryOut('clone', api.answer({ body: 'text' }));
      api.facts('', worker);
    },
  },
  'records: read at the page while the worker keeps them': {
    page: async (api) => {
      await api.onEnd('at-page', () => new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'let go' && resolve(null));
      }));
      const started = await api.manager.fetch('at-page', [1, 2, 3].map((number) =>
        api.answer({ body: `body ${number}`, number })));
      await api.follow(started).settled;
      const bodies = [];
      for (const record of await started.matchAll()) {
        bodies.push(await (await record.responseReady).text());
      }
      api.fact('bodies', bodies.sort());
      const [first, again] = [await started.matchAll(), await started.matchAll()];
      api.fact('new record objects', first[0] !== again[0]);
      const match = await started.match(first[0].request);
      const response = await match.responseReady;
      api.fact('match reads again', (await response.text()).startsWith('body'));
      api.registration.active.postMessage('let go');
      await api.ended('at-page');
    },
  },
  'records: a body read after the records are gone': {
    page: async (api) => {
      await api.onEnd('late-body', () => new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'late body' && resolve(null));
      }));
      const started = await api.manager.fetch('late-body', api.answer({ body: 'still here' }));
      await api.follow(started).settled;
      const [record] = await started.matchAll();
      const response = await record.responseReady;
      api.registration.active.postMessage('late body');
      await api.ended('late-body');
      await api.recordsGone(started);
      await api.call('body', () => response.text());
      await api.call('request', () => record.request.url);
      await api.call('responseReady', async () => (await record.responseReady) === response);
    },
  },
};
