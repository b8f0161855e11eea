/** Arguments: what converts to what, and what is refused with which error. */

/** @type {import('../targets.mjs').Scripts} */
export const calls = {
  'calls: too few arguments': {
    page: async (api) => {
      await api.call('fetch()', () => api.manager.fetch());
      await api.call('fetch(id)', () => api.manager.fetch('few'));
      await api.call('get()', () => api.manager.get());
      await api.call('getIds(stray)', () => api.manager.getIds('stray'));
      api.fact('fetch is async', api.manager.fetch() instanceof Promise);
      const promises = [api.manager.fetch(), api.manager.get()];
      await Promise.allSettled(promises);
    },
  },
  'calls: ids of get': {
    page: async (api) => {
      for (const id of ['', 'unknown', 'a::b', 'https://x.test/?a=b#c', 1, null, undefined, {}]) {
        await api.call(`get(${JSON.stringify(id)})`, () => api.manager.get(id));
      }
      await api.call('get(symbol)', () => api.manager.get(Symbol('id')));
      await api.call('get(thrower)', () => api.manager.get({
        toString() {
          throw new RangeError('from the app');
        },
      }));
    },
  },
  'calls: ids of fetch': {
    page: async (api) => {
      const ids = ['a::b', 'https://x.test/?a=b#c', ' ', '\u{1F600}é', 1.5, null, undefined, {}];
      for (const id of ids) {
        await api.call(String(id), async () => {
          const started = await api.manager.fetch(id, api.endless('ids'));
          const found = await api.manager.get(id);
          const text = `${started.id}, ${found?.id}, ${await api.manager.getIds()}`;
          await started.abort();
          await api.ended(started.id);
          return text;
        });
      }
      await api.call('symbol', () => api.manager.fetch(Symbol('id'), '/'));
    },
  },
  'calls: a lone surrogate in an id': {
    page: async (api) => {
      const started = await api.manager.fetch('a\uD800b', api.endless('surrogate'));
      api.fact('id', [...started.id].map((character) => character.codePointAt(0)));
      api.fact('ids', (await api.manager.getIds()).map((/** @type {string} */ id) => id.length));
      await started.abort();
    },
  },
  'calls: requests that are refused': {
    page: async (api) => {
      /** @type {Record<string, () => unknown>} */
      const refused = {
        'empty sequence': () => [],
        'empty set': () => new Set(),
        'bad URL': () => 'http://[/',
        'bad URL among good ones': () => ['/answer', 'http://[/'],
        'credentials in the URL': () => 'http://user:secret@localhost/answer',
        'no-cors': () => new Request('/answer', { mode: 'no-cors' }),
        'no-cors among others': () => ['/answer', new Request('/answer', { mode: 'no-cors' })],
        symbol: () => Symbol('request'),
        'sequence of symbols': () => [Symbol('request')],
        'not iterable iterator': () => ({ [Symbol.iterator]: 1 }),
        'throwing iterator': () => ({
          [Symbol.iterator]() {
            throw new RangeError('from the app');
          },
        }),
      };
      for (const [name, make] of Object.entries(refused)) {
        await api.call(name, () => api.manager.fetch(`refused ${name}`, make()));
      }
      api.fact('nothing has started', await api.manager.getIds());
    },
  },
  'calls: schemes other than http': {
    page: async (api) => {
      const blob = URL.createObjectURL(new Blob(['text']));
      const urls = ['data:,text', blob, 'about:blank', 'ftp://localhost/x', 'file:///etc/hosts',
        'ws://localhost/', 'javascript:1', 'mailto:a@b.c'];
      for (const url of urls) {
        await api.call(url.split(':')[0], () => api.manager.fetch(`scheme ${url}`, url));
      }
    },
  },
  'calls: a blocked port': {
    page: async (api) => {
      await api.call('port 25', () => api.manager.fetch('port 25', 'http://localhost:25/'));
    },
  },
  'calls: used and locked bodies': {
    page: async (api) => {
      const post = () => new Request(api.answer(), { method: 'POST', body: 'text' });
      const used = post();
      await used.text();
      await api.call('used', () => api.manager.fetch('used', used));
      const locked = post();
      const reader = /** @type {any} */ (locked).body?.getReader();
      if (reader) await api.call('locked', () => api.manager.fetch('locked', locked));
      const twice = post();
      await api.call('twice in one sequence', () => api.manager.fetch('twice', [twice, twice]));
      const taken = post();
      const outcome = api.outcomeOf(() => api.manager.fetch('taken', taken));
      api.fact('bodyUsed at once', taken.bodyUsed);
      api.fact('taken', await outcome);
    },
  },
  'calls: forms of requests': {
    page: async (api) => {
      const url = (/** @type {string} */ name) => api.answer({ body: name });
      /** @type {Record<string, () => unknown>} */
      const forms = {
        string: () => url('a'),
        'relative string': () => '/answer?body=r',
        'URL object': () => new URL(url('b')),
        Request: () => new Request(url('c')),
        array: () => [url('d'), new Request(url('e')), new URL(url('f'))],
        set: () => new Set([url('g'), url('h')]),
        generator: () => (function* generate() {
          yield url('i');
        })(),
        'same URL twice': () => [url('j'), url('j')],
        'object with toString': () => ({ toString: () => url('k') }),
        'with a fragment': () => `${url('m')}#part`,
      };
      for (const [name, make] of Object.entries(forms)) {
        await api.onEnd(`form ${name}`, async (
          /** @type {any} */ event, /** @type {any} */ fact,
        ) => {
          const urls = [];
          for (const record of await event.registration.matchAll()) {
            const response = await record.responseReady;
            urls.push(`${record.request.url} ${await response.text()}`);
          }
          fact('records', urls.sort());
        });
        const { worker } = await api.carryOut(`form ${name}`, make());
        api.fact(name, worker.records);
      }
    },
  },
  'calls: a String object is a sequence': {
    page: async (api) => {
      await api.call('String object', async () => {
        // eslint-disable-next-line no-new-wrappers
        const started = await api.manager.fetch('string object', new String('ab'));
        return (await started.matchAll()).length;
      });
    },
  },
  'calls: downloadTotal': {
    page: async (api) => {
      const values = ['82', null, undefined, -1, 1.9, -0.5, NaN, Infinity, 2 ** 64, 2 ** 32, true,
        [], [7], {}, '0x10', 'x'];
      for (const [index, downloadTotal] of values.entries()) {
        const id = `total ${index}`;
        const name = typeof downloadTotal === 'number' ? String(downloadTotal)
          : JSON.stringify(downloadTotal) ?? 'undefined';
        await api.call(name, async () => {
          const started = await api.manager.fetch(id, api.endless('total'), { downloadTotal });
          await started.abort();
          await api.ended(id);
          return started.downloadTotal;
        });
      }
      await api.call('bigint', () => api.manager.fetch('total big', '/answer',
        { downloadTotal: 1n }));
      await api.call('symbol', () => api.manager.fetch('total symbol', '/answer',
        { downloadTotal: Symbol('total') }));
    },
  },
  'calls: options that are refused': {
    page: async (api) => {
      const icons = (/** @type {unknown} */ icons) => ({ icons });
      /** @type {Record<string, unknown>} */
      const refused = {
        number: 1,
        string: 'text',
        boolean: true,
        symbol: Symbol('options'),
        'icons: object': icons({}),
        'icons: null': icons(null),
        'icons: string': icons('text'),
        'icons: number': icons(1),
        'icons: of strings': icons(['/icon.png']),
        'icons: without src': icons([{ sizes: '1x1' }]),
        'title: symbol': { title: Symbol('title') },
        'title: thrower': {
          get title() {
            throw new RangeError('from the app');
          },
        },
      };
      for (const [name, options] of Object.entries(refused)) {
        await api.call(name, () => api.manager.fetch(`options ${name}`, '/answer', options));
      }
      api.fact('nothing has started', await api.manager.getIds());
    },
  },
  'calls: options that are taken': {
    page: async (api) => {
      /** @type {Record<string, any>} */
      const taken = {
        null: null,
        undefined,
        function: () => {},
        'icons: []': { icons: [] },
        'icons: set': { icons: new Set([{ src: '/icon.png' }]) },
        'icons: null among them': { icons: [{ src: '/i.png', sizes: 1, type: null, label: {} }] },
        // Not null, and no icon with a bad URL: native Chromium kills the page for them.
        'title: number': { title: 1 },
        array: [],
        unknown: { unknown: 1, polyfill: {} },
      };
      for (const [name, options] of Object.entries(taken)) {
        const id = `taken ${name}`;
        await api.call(name, async () => {
          const started = await api.manager.fetch(id, api.endless('taken'), options);
          await started.abort();
          await api.ended(id);
          return started.downloadTotal;
        });
      }
    },
  },
  'calls: the order in which options are read': {
    page: async (api) => {
      const read = /** @type {string[]} */ ([]);
      /** @param {string} prefix @param {Record<string, unknown>} target */
      const spy = (prefix, target) => new Proxy(target, {
        get(object, key) {
          read.push(`${prefix}${String(key)}`);
          return Reflect.get(object, key);
        },
      });
      const id = { toString: () => (read.push('id'), 'order') };
      const requests = {
        * [Symbol.iterator]() {
          read.push('requests');
          yield { toString: () => (read.push('request'), api.endless('order')) };
        },
      };
      const options = spy('', { icons: [spy('icon ', { src: '/icon.png' })], title: 'title' });
      const started = await api.manager.fetch(id, requests, options);
      api.fact('order', read);
      await started.abort();
    },
  },
  'calls: id and requests are converted before they are judged': {
    page: async (api) => {
      const started = await api.manager.fetch('judged', api.endless('judged'));
      await api.call('id in use', () => api.manager.fetch('judged', '/answer'));
      await api.call('id in use, bad options', () => api.manager.fetch('judged', '/answer', 1));
      await api.call('id in use, empty sequence', () => api.manager.fetch('judged', []));
      await api.call('same id as a number', async () => {
        const other = await api.manager.fetch('7', api.endless('seven'));
        const outcome = await api.outcomeOf(() => api.manager.fetch(7, '/answer'));
        await other.abort();
        return outcome;
      });
      await started.abort();
    },
  },
  'calls: extra arguments are ignored': {
    page: async (api) => {
      const started = await api.manager.fetch('extra', api.endless('extra'), {}, 'more', 1);
      await api.call('get', async () => (await api.manager.get('extra', 'more')).id);
      await api.call('abort', () => started.abort('extra'));
    },
  },
};
