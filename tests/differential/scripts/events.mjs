/** The worker's events: their shape, their lifetime, updateUI(). */

/** @type {import('../targets.mjs').Scripts} */
export const events = {
  'events: success in full': {
    page: async (api) => {
      await api.onEnd('success', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        const { type, bubbles, cancelable, composed, eventPhase, isTrusted } = event;
        fact('members', { type, bubbles, cancelable, composed, eventPhase, isTrusted });
        fact('class', [Object.prototype.toString.call(event), event.constructor.name]);
        const { ExtendableEvent, BackgroundFetchEvent } = /** @type {any} */ (self);
        fact('instance of', [event instanceof ExtendableEvent,
          event instanceof BackgroundFetchEvent]);
        fact('target', event.target === self);
        fact('same registration', event.registration === event.registration);
        fact('own keys', Reflect.ownKeys(event).map(String).filter((key) => key !== 'isTrusted'));
        fact('values', tools.valuesOf(event.registration));
      });
      const { worker } = await api.carryOut('success', api.file('success', 777));
      api.facts('', worker);
    },
  },
  'events: constructing BackgroundFetchEvent': {
    page: async (api) => {
      await api.manager.fetch('constructing', api.endless('constructing'));
      api.facts('', await api.inWorker(async (/** @type {null} */ _, /** @type {any} */ tools) => {
        const scope = /** @type {any} */ (self);
        const registration = await scope.registration.backgroundFetch.get('constructing');
        /** @type {Record<string, unknown>} */
        const facts = {};
        for (const name of ['BackgroundFetchEvent', 'BackgroundFetchUpdateUIEvent']) {
          const Interface = scope[name];
          /** @type {Record<string, () => unknown>} */
          const calls = {
            'no arguments': () => new Interface(),
            'type only': () => new Interface('x'),
            'null init': () => new Interface('x', null),
            'empty init': () => new Interface('x', {}),
            'null registration': () => new Interface('x', { registration: null }),
            'foreign registration': () => new Interface('x', { registration: {} }),
            'number init': () => new Interface('x', 1),
            'symbol type': () => new Interface(Symbol('x'), { registration }),
            'without new': () => Interface('x', { registration }),
            good: () => {
              const event = new Interface('x', { registration, bubbles: true, cancelable: true });
              return [event.type, event.bubbles, event.cancelable, event.isTrusted,
                event.registration === registration, String(event)];
            },
            'number type': () => new Interface(1, { registration }).type,
            'waitUntil': () => new Interface('x', { registration }).waitUntil(null),
            'registration on {}': () => Object.getOwnPropertyDescriptor(
              scope.BackgroundFetchEvent.prototype, 'registration')?.get?.call({}),
          };
          for (const [call, body] of Object.entries(calls)) {
            facts[`${name}, ${call}`] = await tools.outcomeOf(body);
          }
        }
        const update = new scope.BackgroundFetchUpdateUIEvent('x', { registration });
        facts['updateUI of a constructed one'] = await tools.outcomeOf(() => update.updateUI({}));
        facts['updateUI on {}'] = await tools.outcomeOf(() =>
          scope.BackgroundFetchUpdateUIEvent.prototype.updateUI.call({}));
        let heard = '';
        const listener = (/** @type {any} */ event) => {
          heard = `${event.type} ${event.registration.id}`;
        };
        scope.addEventListener('backgroundfetchsuccess', listener);
        scope.removeEventListener('backgroundfetchsuccess', listener);
        scope.addEventListener('own', listener);
        scope.dispatchEvent(new scope.BackgroundFetchEvent('own', { registration }));
        facts.dispatched = heard;
        return facts;
      }));
    },
  },
  'events: updateUI': {
    page: async (api) => {
      /** @type {Record<string, (event: any, fact: any, tools: any) => Promise<void>>} */
      const uses = {
        once: async (event, fact, tools) => {
          fact('call', await tools.outcomeOf(() => event.updateUI({ title: 'Done' })));
        },
        twice: async (event, fact, tools) => {
          fact('first', await tools.outcomeOf(() => event.updateUI({ title: 'Done' })));
          fact('second', await tools.outcomeOf(() => event.updateUI({ title: 'Again' })));
        },
        empty: async (event, fact, tools) => {
          fact('empty', await tools.outcomeOf(() => event.updateUI({})));
          fact('after', await tools.outcomeOf(() => event.updateUI({ title: 'Again' })));
        },
        nothing: async (event, fact, tools) => {
          fact('none', await tools.outcomeOf(() => event.updateUI()));
          fact('after', await tools.outcomeOf(() => event.updateUI({ title: 'Again' })));
        },
        refused: async (event, fact, tools) => {
          fact('number', await tools.outcomeOf(() => event.updateUI(1)));
          fact('icons: {}', await tools.outcomeOf(() => event.updateUI({ icons: {} })));
          const title = Symbol('title');
          fact('title: symbol', await tools.outcomeOf(() => event.updateUI({ title })));
          fact('afterwards', await tools.outcomeOf(() => event.updateUI({ title: 'Good' })));
        },
        late: async (event, fact, tools) => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          fact('later', await tools.outcomeOf(() => event.updateUI({ title: 'Done' })));
        },
      };
      for (const [name, use] of Object.entries(uses)) {
        await api.onEnd(`ui ${name}`, use);
        const { worker } = await api.carryOut(`ui ${name}`, api.file('ui', 100));
        api.facts(`${name}: `, worker);
      }
    },
  },
  'events: updateUI after a failure': {
    page: async (api) => {
      await api.onEnd('ui-failure', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        fact('call', await tools.outcomeOf(() => event.updateUI({ title: 'Failed' })));
      });
      const { worker } = await api.carryOut('ui-failure', api.answer({ status: 404 }));
      api.facts('', worker);
    },
  },
  'events: after the lifetime': {
    page: async (api) => {
      await api.onEnd('afterwards', (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        /** @type {any} */ (self).keptEvent = event;
        /** @type {any} */ (self).keptTools = tools;
      });
      const { registration } = await api.carryOut('afterwards', api.file('afterwards', 100));
      await api.recordsGone(registration);
      api.facts('', await api.inWorker(async () => {
        const { keptEvent: event, keptTools: tools } = /** @type {any} */ (self);
        while (event.registration.recordsAvailable) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return {
          waitUntil: await tools.outcomeOf(() => event.waitUntil(Promise.resolve())),
          updateUI: await tools.outcomeOf(() => event.updateUI({ title: 'Late' })),
          matchAll: await tools.outcomeOf(() => event.registration.matchAll()),
          abort: await tools.outcomeOf(() => event.registration.abort()),
          values: tools.valuesOf(event.registration),
        };
      }));
    },
  },
  'events: waitUntil': {
    page: async (api) => {
      await api.onEnd('wait', async (
        /** @type {any} */ event, /** @type {any} */ fact, /** @type {any} */ tools,
      ) => {
        fact('promise', await tools.outcomeOf(() => event.waitUntil(Promise.resolve())));
        fact('no promise', await tools.outcomeOf(() => event.waitUntil(1)));
        fact('function', await tools.outcomeOf(() => event.waitUntil(() => {})));
        fact('no argument', await tools.outcomeOf(() => event.waitUntil()));
        fact('rejection', await tools.outcomeOf(() =>
          event.waitUntil(Promise.reject(new Error('from the app')))));
        await new Promise((resolve) => setTimeout(resolve, 50));
        fact('later, while one is pending', await tools.outcomeOf(() =>
          event.waitUntil(Promise.resolve())));
        fact('records', (await event.registration.matchAll()).length);
      });
      const { registration, worker } = await api.carryOut('wait', api.file('wait', 100));
      api.facts('', worker);
      await api.recordsGone(registration);
      api.fact('end', registration.result);
    },
  },
  'events: a listener that throws': {
    page: async (api) => {
      await api.onEnd('throws', () => {
        throw new Error('from the app');
      });
      await api.inWorker(() => {
        const listener = () => {
          removeEventListener('backgroundfetchsuccess', listener);
          throw new Error('from another listener');
        };
        addEventListener('backgroundfetchsuccess', listener);
      });
      const { registration, worker } = await api.carryOut('throws', api.file('throws', 100));
      await api.recordsGone(registration);
      api.fact('end', [registration.result, registration.failureReason]);
      api.fact('worker', worker);
    },
  },
  'events: a handler attribute': {
    page: async (api) => {
      await api.inWorker(() => {
        const scope = /** @type {any} */ (self);
        scope.calls = [];
        scope.onbackgroundfetchsuccess = function handler(/** @type {any} */ event) {
          scope.calls.push(`handler ${event.type} ${this === scope} ${arguments.length}`);
        };
        const listener = () => {
          removeEventListener('backgroundfetchsuccess', listener);
          scope.calls.push('listener');
        };
        addEventListener('backgroundfetchsuccess', listener);
      });
      await api.carryOut('attribute', api.file('attribute', 100));
      api.facts('', await api.inWorker(() => {
        const scope = /** @type {any} */ (self);
        scope.onbackgroundfetchsuccess = null;
        return { calls: scope.calls };
      }));
    },
  },
  'events: stopImmediatePropagation': {
    page: async (api) => {
      await api.onEnd('stopped', (/** @type {any} */ event, /** @type {any} */ fact) => {
        event.stopImmediatePropagation();
        fact('defaultPrevented', (event.preventDefault(), event.defaultPrevented));
      });
      const { registration, worker } = await api.carryOut('stopped', api.file('stopped', 100));
      api.fact('end', [registration.result, worker]);
    },
  },
  'events: messages that the app hears': {
    page: async (api) => {
      await api.inWorker(() => {
        const scope = /** @type {any} */ (self);
        scope.heard = 0;
        addEventListener('message', ({ data }) => {
          if (data?.run === undefined && data?.onEnd === undefined) scope.heard += 1;
        });
      });
      let atPage = 0;
      navigator.serviceWorker.addEventListener('message', ({ data }) => {
        if (data?.ended === undefined) atPage += 1;
      });
      await api.carryOut('unheard', api.file('unheard', 30_000, 'rate=20000'));
      api.fact('in the page', atPage);
      api.fact('in the worker', await api.inWorker(() => /** @type {any} */ (self).heard));
    },
  },
};
