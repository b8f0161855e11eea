/** match() and matchAll(): the Cache API's rules over the records of a fetch. */

/** @type {import('../targets.mjs').Scripts} */
export const matching = {
  'matching: by URL': {
    page: async (api) => {
      const started = await api.manager.fetch('by-url',
        [api.endless('by-url'), '/answer?a=1#part']);
      const count = (/** @type {unknown} */ request, /** @type {object} */ options = {}) =>
        started.matchAll(request, options).then((/** @type {unknown[]} */ found) => found.length);
      api.fact('all', (await started.matchAll()).length);
      api.fact('undefined', await count(undefined));
      api.fact('absolute', await count(new URL('/answer?a=1', location.href)));
      api.fact('relative', await count('/answer?a=1'));
      api.fact('relative to the page', await count('../answer?a=1'));
      api.fact('Request', await count(new Request('/answer?a=1')));
      api.fact('with its fragment', await count('/answer?a=1#part'));
      api.fact('with another fragment', await count('/answer?a=1#other'));
      api.fact('other query', await count('/answer?a=2'));
      api.fact('other query, ignoreSearch', await count('/answer?a=2', { ignoreSearch: true }));
      api.fact('no query, ignoreSearch', await count('/answer', { ignoreSearch: true }));
      api.fact('other path, ignoreSearch', await count('/other', { ignoreSearch: true }));
      const [none, one] = [await started.match('/other'), await started.match('/answer?a=1')];
      api.fact('match of none', none);
      api.fact('match of one', one);
      api.fact('its request', one.request.url);
    },
  },
  'matching: arguments': {
    page: async (api) => {
      const started = await api.manager.fetch('arguments', api.endless('arguments'));
      await api.call('match()', () => started.match());
      await api.call('match(undefined)', () => started.match(undefined));
      await api.call('match(null)', () => started.match(null));
      await api.call('match(bad URL)', () => started.match('http://[/'));
      await api.call('match(credentials)', () => started.match('http://user:secret@localhost/'));
      await api.call('match(symbol)', () => started.match(Symbol('request')));
      await api.call('match(URL, 1)', () => started.match('/x', 1));
      await api.call('match(URL, null)', () => started.match('/x', null));
      await api.call('matchAll(undefined, 1)', () => started.matchAll(undefined, 1));
      await api.call('matchAll(bad URL)', () => started.matchAll('http://[/'));
      await api.call('matchAll(array)', async () => (await started.matchAll(['/x'])).length);
      const read = /** @type {string[]} */ ([]);
      await started.matchAll('/x', new Proxy({}, {
        get: (_, key) => void read.push(String(key)),
      }));
      api.fact('options read', read);
    },
  },
  'matching: methods': {
    page: async (api) => {
      const url = api.answer({ body: 'method' });
      const started = await api.manager.fetch('methods', [
        api.endless('methods'), url, new Request(url, { method: 'POST', body: 'text' }),
        new Request(url, { method: 'HEAD' }),
      ]);
      const methods = async (/** @type {unknown} */ request, /** @type {object} */ options = {}) =>
        (await started.matchAll(request, options))
          .map((/** @type {any} */ { request }) => request.method).sort();
      api.fact('by URL', await methods(url));
      api.fact('by URL, ignoreMethod', await methods(url, { ignoreMethod: true }));
      const posted = new Request(url, { method: 'POST', body: 'text' });
      api.fact('by POST', await methods(posted));
      api.fact('by POST, ignoreMethod', await methods(posted, { ignoreMethod: true }));
      api.fact('by HEAD', await methods(new Request(url, { method: 'HEAD' })));
      api.fact('all, without a request', (await started.matchAll(undefined)).length);
      api.fact('the given body stays', posted.bodyUsed);
    },
  },
  'matching: Vary': {
    page: async (api) => {
      const url = api.answer({ body: 'vary', header: 'Vary: X-Key' });
      const any = api.answer({ body: 'any', header: 'Vary: *' });
      await api.onEnd('vary', () => new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'vary' && resolve(null));
      }));
      const started = await api.manager.fetch('vary', [
        new Request(url, { headers: { 'X-Key': 'one' } }), any,
      ]);
      await api.follow(started).settled;
      const count = async (/** @type {string} */ url, /** @type {any} */ headers,
        /** @type {object} */ options = {}) =>
        (await started.matchAll(new Request(url, { headers }), options)).length;
      api.fact('same header', await count(url, { 'X-Key': 'one' }));
      api.fact('other header', await count(url, { 'X-Key': 'two' }));
      api.fact('no header', await count(url, {}));
      api.fact('other header, ignoreVary',
        await count(url, { 'X-Key': 'two' }, { ignoreVary: true }));
      api.fact('header that does not vary', await count(url, { 'X-Key': 'one', 'X-More': 'x' }));
      api.fact('star', await count(any, {}));
      api.fact('star, ignoreVary', await count(any, {}, { ignoreVary: true }));
      api.registration.active.postMessage('vary');
      await api.ended('vary');
    },
  },
  'matching: the same URL twice': {
    page: async (api) => {
      await api.onEnd('double', async (/** @type {any} */ event, /** @type {any} */ fact) => {
        const found = await event.registration.matchAll();
        fact('records', found.length);
        fact('distinct', found[0] !== found[1]);
        const bodies = [];
        for (const record of found) bodies.push(await (await record.responseReady).text());
        fact('bodies', bodies);
        fact('by URL', (await event.registration.matchAll(found[0].request.url)).length);
        fact('match', (await event.registration.match(found[0].request.url)).request.url);
      });
      const url = api.answer({ body: 'same' });
      const { worker } = await api.carryOut('double', [url, url]);
      api.facts('', worker);
    },
  },
  'matching: the order of records': {
    page: async (api) => {
      await api.onEnd('order-of-records', async (
        /** @type {any} */ event, /** @type {any} */ fact,
      ) => {
        const found = await event.registration.matchAll();
        fact('order', found.map((/** @type {any} */ { request }) =>
          new URL(request.url).pathname.split('/').at(-1)));
      });
      const { worker } = await api.carryOut('order-of-records', [
        api.file('slow', 10_000, 'delay=1200'), api.file('quick', 100),
        api.file('later', 100, 'delay=600'),
      ]);
      api.facts('', worker);
    },
  },
  'matching: before anything has come': {
    page: async (api) => {
      const started = await api.manager.fetch('nothing-yet', api.endless('nothing-yet'));
      const found = await started.matchAll();
      api.fact('records', found.length);
      api.fact('request', found[0].request.url);
      api.fact('responseReady', found[0].responseReady);
      const other = await started.matchAll();
      api.fact('objects', found[0] === other[0]);
    },
  },
  'matching: responseReady while it downloads': {
    page: async (api) => {
      const started = await api.manager.fetch('live', api.endless('live'));
      const [record] = await started.matchAll();
      const first = await Promise.race([
        api.outcomeOf(() => record.responseReady),
        new Promise((resolve) => setTimeout(resolve, 3000, 'nothing within 3 s')),
      ]);
      api.fact('outcome', first);
    },
  },
};
