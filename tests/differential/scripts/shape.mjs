/** The shape of the interfaces, as Web IDL gives it to the platform's own. */

/** @type {import('../targets.mjs').Scripts} */
export const shape = {
  'shape: the manager in the page': {
    page: async (api) => api.facts('', api.describeInterface('BackgroundFetchManager')),
  },
  'shape: the registration in the page': {
    page: async (api) => api.facts('', api.describeInterface('BackgroundFetchRegistration')),
  },
  'shape: the record in the page': {
    page: async (api) => api.facts('', api.describeInterface('BackgroundFetchRecord')),
  },
  'shape: what a page does not have': {
    page: async (api) => {
      for (const name of ['BackgroundFetchEvent', 'BackgroundFetchUpdateUIEvent']) {
        api.fact(name, name in self);
      }
      api.fact('onbackgroundfetchsuccess', 'onbackgroundfetchsuccess' in self);
    },
  },
  'shape: backgroundFetch of service worker registrations': {
    page: async (api) => {
      const { prototype } = ServiceWorkerRegistration;
      const descriptor = /** @type {any} */ (
        Object.getOwnPropertyDescriptor(prototype, 'backgroundFetch'));
      api.fact('property', api.describeProperty(descriptor));
      api.fact('same manager', api.registration.backgroundFetch === api.manager);
      api.fact('tag', api.manager);
      await api.call('foreign this', () => descriptor.get.call({}));
      await api.call('on the prototype', () => /** @type {any} */ (prototype).backgroundFetch);
      api.registration.backgroundFetch = 1;
      api.fact('after an assignment', api.registration.backgroundFetch === api.manager);
      await api.call('strict assignment', () => {
        'use strict';
        api.registration.backgroundFetch = 1;
      });
    },
  },
  'shape: the interfaces in the worker': {
    page: async (api) => {
      api.facts('', await api.inWorker((/** @type {null} */ _, /** @type {any} */ tools) => {
        const names = ['Manager', 'Registration', 'Record', 'Event', 'UpdateUIEvent'];
        return Object.fromEntries(names.map((name) =>
          [name, tools.describeInterface(`BackgroundFetch${name}`)]));
      }));
    },
  },
  'shape: handler attributes of the worker': {
    page: async (api) => {
      api.facts('', await api.inWorker((/** @type {null} */ _, /** @type {any} */ tools) => {
        const scope = /** @type {any} */ (self);
        const types = ['success', 'fail', 'abort', 'click'];
        const names = types.map((type) => `onbackgroundfetch${type}`);
        return Object.fromEntries(names.map((name) => {
          // On the prototype or on the global: either looks the same to an app.
          const descriptor = Object.getOwnPropertyDescriptor(scope, name) ??
            Object.getOwnPropertyDescriptor(scope.ServiceWorkerGlobalScope.prototype, name);
          const values = [];
          for (const value of [undefined, 1, 'text', {}, null]) {
            scope[name] = value;
            values.push(tools.describe(scope[name]));
          }
          const handler = () => {};
          scope[name] = handler;
          values.push(scope[name] === handler);
          scope[name] = null;
          return [name, {
            property: tools.describeProperty(descriptor),
            'on the global itself': Object.hasOwn(scope, name),
            'values read back': values,
          }];
        }));
      }));
    },
  },
  'shape: constructors that are not for apps': {
    page: async (api) => {
      for (const name of ['Manager', 'Registration', 'Record']) {
        const Interface = /** @type {any} */ (self)[`BackgroundFetch${name}`];
        await api.call(`new ${name}`, () => new Interface());
        await api.call(`${name}()`, () => Interface());
        await api.call(`extending ${name}`, () => new (class extends Interface {})());
      }
    },
  },
  'shape: methods and attributes on a foreign this': {
    page: async (api) => {
      for (const name of ['Manager', 'Registration', 'Record']) {
        const { prototype } = /** @type {any} */ (self)[`BackgroundFetch${name}`];
        for (const key of Object.keys(prototype)) {
          const { value, get, set } =
            /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, key));
          const call = value ?? get;
          for (const foreign of [{}, null, prototype]) {
            const who = foreign === prototype ? 'the prototype' : JSON.stringify(foreign);
            await api.call(`${name}.${key} on ${who}`, () => call.call(foreign, 'a', '/b'));
          }
          if (set) await api.call(`${name}.${key} = on {}`, () => set.call({}, null));
        }
      }
    },
  },
  'shape: objects as text, key and JSON': {
    page: async (api) => {
      const started = await api.manager.fetch('as-text', api.endless('as-text'));
      for (const [name, object] of [['manager', api.manager], ['registration', started]]) {
        api.fact(`${name} as string`, String(object));
        api.fact(`${name} as JSON`, JSON.stringify(object));
        api.fact(`${name} own keys`, Reflect.ownKeys(object).map(String));
        const enumerated = [];
        // What EventTarget has is the platform's.
        for (const key in object) if (!(key in EventTarget.prototype)) enumerated.push(key);
        api.fact(`${name} enumerated`, enumerated.sort());
      }
      api.fact('instanceof', [started instanceof EventTarget,
        started instanceof /** @type {any} */ (self).BackgroundFetchRegistration]);
      const [record] = await started.matchAll();
      for (const [name, object] of Object.entries({ started, record, manager: api.manager })) {
        await api.call(`cloning: ${name}`, () => structuredClone(object));
      }
    },
  },
  'shape: onprogress': {
    page: async (api) => {
      const started = await api.manager.fetch('onprogress', api.endless('onprogress'));
      api.fact('at first', started.onprogress);
      const handler = () => {};
      started.onprogress = handler;
      api.fact('function', started.onprogress === handler);
      for (const value of [undefined, 1, 'text', null]) {
        started.onprogress = handler;
        started.onprogress = value;
        api.fact(`after ${value}`, started.onprogress);
      }
      const object = { handleEvent() {} };
      started.onprogress = object;
      api.fact('an object with handleEvent', started.onprogress === object);
      started.onprogress = null;
      const heard = /** @type {string[]} */ ([]);
      started.onprogress = function onprogress(/** @type {Event} */ event) {
        heard.push(`handler ${event.constructor.name} ${event.type} ${event.bubbles} ` +
          `${event.cancelable} ${this === started} ${event.target === started}`);
      };
      started.addEventListener('progress', () => heard.push('listener'));
      started.dispatchEvent(new Event('progress'));
      api.fact('calls', heard);
    },
  },
};
