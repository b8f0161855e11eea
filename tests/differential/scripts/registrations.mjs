/** Several registrations, frames and workers of one origin; the permission. */

/** @type {import('../targets.mjs').Scripts} */
export const registrations = {
  'registrations: two scopes do not see each other': {
    page: async (api) => {
      const other = await api.register(api.registration.active.scriptURL, `${api.scope}other/`);
      const [mine, theirs] = await Promise.all([api.manager, other.backgroundFetch].map((manager) =>
        manager.fetch('shared-id', api.endless('shared-id'))));
      api.fact('managers', api.manager !== other.backgroundFetch);
      api.fact('ids', [await api.manager.getIds(), await other.backgroundFetch.getIds()]);
      api.fact('objects', mine !== theirs);
      api.fact('abort of one', await mine.abort());
      await api.ended('shared-id');
      api.fact('the other', [await other.backgroundFetch.getIds(), theirs.result]);
      api.fact('abort of the other', await theirs.abort());
      await api.ended('shared-id');
      await other.unregister();
    },
  },
  'registrations: without an active worker': {
    page: async (api) => {
      const made = await navigator.serviceWorker.register(
        '/pages/sw.js?install=never&polyfill=off', { scope: `${api.scope}never/` });
      const { backgroundFetch } = /** @type {any} */ (made);
      await api.call('fetch', () => backgroundFetch.fetch('never', '/answer'));
      await api.call('get', () => backgroundFetch.get('never'));
      await api.call('getIds', () => backgroundFetch.getIds());
      // Resolves only when the worker gives up installing.
      void made.unregister();
    },
  },
  'registrations: after unregister': {
    page: async (api) => {
      const made = await api.register(api.registration.active.scriptURL, `${api.scope}gone/`);
      const { backgroundFetch } = made;
      await made.unregister();
      await api.call('fetch', () => backgroundFetch.fetch('gone', '/answer'));
      await api.call('getIds', () => backgroundFetch.getIds());
    },
  },
  'registrations: from a frame': {
    page: async (api) => {
      const frame = document.createElement('iframe');
      frame.src = `/differential/page.html${api.isNative ? '?polyfill=off' : ''}`;
      await new Promise((resolve) => {
        frame.onload = resolve;
        document.body.append(frame);
      });
      const inner = /** @type {any} */ (frame.contentWindow);
      const made = await inner.navigator.serviceWorker.getRegistration(api.scope);
      api.fact('another manager', made.backgroundFetch !== api.manager);
      const seenHere = await api.manager.fetch('outer', api.endless('outer'));
      const seenThere = await made.backgroundFetch.get('outer');
      api.fact('seen in the frame', [seenThere.id, seenThere !== seenHere]);
      api.fact('its class', [seenThere instanceof inner.BackgroundFetchRegistration,
        seenThere instanceof /** @type {any} */ (self).BackgroundFetchRegistration]);
      api.fact('aborted in the frame', await seenThere.abort());
      await api.ended('outer');
      await api.call('a Request of the frame', async () => {
        const request = new inner.Request(api.endless('frame-request'));
        const started = await api.manager.fetch('frame-request', [request]);
        return started.abort();
      });
      frame.remove();
    },
  },
  'registrations: the permission': {
    page: async (api) => {
      const status = await navigator.permissions.query(
        /** @type {any} */ ({ name: 'background-fetch' }));
      api.fact('state', status.state);
      api.fact('name', status.name);
      api.fact('onchange', status.onchange);
      api.fact('class', [status instanceof PermissionStatus, status instanceof EventTarget]);
      await api.call('an unknown name', () =>
        navigator.permissions.query(/** @type {any} */ ({ name: 'no-such-permission' })));
      await api.call('no argument', () => /** @type {any} */ (navigator.permissions).query());
      await api.call('in the worker', () => api.inWorker(async () => {
        const status = await navigator.permissions.query(
          /** @type {any} */ ({ name: 'background-fetch' }));
        return status.state;
      }));
    },
  },
  'registrations: in a dedicated worker': {
    page: async (api) => {
      const scripts = api.isNative ? '' : 'self.backgroundFetchPolyfill = { force: true };' +
        `importScripts(${JSON.stringify(`${location.origin}/dist/background-fetch-polyfill.js`)});`;
      const source = `${scripts}
        const names = ['Manager', 'Registration', 'Record', 'Event', 'UpdateUIEvent'];
        postMessage(names.map((name) => typeof self['BackgroundFetch' + name]));`;
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      const types = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = () => reject(new Error('the dedicated worker failed'));
      });
      worker.terminate();
      api.fact('interfaces', types);
    },
  },
};
