/**
 * What a script can find out about the interfaces of Background Fetch by
 * reflection, as plain data: `describeShape(names)` in pages and workers.
 */

(() => {
  /** @param {any} value @returns {string | null} */
  function nameOf(value) {
    return value === null || value === undefined ? null : value.name;
  }

  /** @param {PropertyDescriptor} descriptor */
  function flagsOf({ writable, enumerable, configurable }) {
    return [writable && 'writable', enumerable && 'enumerable', configurable && 'configurable']
      .filter(Boolean).join(' ');
  }

  /** @param {any} callable */
  function describeFunction(callable) {
    if (typeof callable !== 'function') return String(callable);
    const kind = Object.prototype.toString.call(callable);
    const isConstructor = Object.hasOwn(callable, 'prototype') ? ', has a prototype' : '';
    const parent = Object.getPrototypeOf(callable) === Function.prototype ? '' : ', other parent';
    return `${kind} ${callable.name}(${callable.length})${isConstructor}${parent}`;
  }

  /** @param {PropertyDescriptor} descriptor */
  function describeProperty(descriptor) {
    const flags = flagsOf(descriptor);
    if ('value' in descriptor) {
      const { value } = descriptor;
      return `${flags}: ${typeof value === 'function' ? describeFunction(value) : String(value)}`;
    }
    return `${flags}: ${describeFunction(descriptor.get)} | ${describeFunction(descriptor.set)}`;
  }

  /** @param {any} object @param {string[]} skipped */
  function describeProperties(object, skipped) {
    return Reflect.ownKeys(object)
      .filter((key) => !skipped.includes(String(key)))
      .map((key) => {
        const descriptor = Object.getOwnPropertyDescriptor(object, key);
        return [String(key), describeProperty(/** @type {any} */ (descriptor))];
      });
  }

  /** @param {() => any} action */
  async function outcomeOf(action) {
    let returned;
    try {
      returned = action();
    } catch (error) {
      return `throws ${/** @type {any} */ (error).name}`;
    }
    if (!(returned instanceof Promise)) return `returns ${typeof returned}`;
    return returned.then(() => 'resolves', (error) => `rejects ${error.name}`);
  }

  /** Every member, on what is no object of the interface. @param {any} prototype */
  async function describeBrandChecks(prototype) {
    /** @type {[string, string][]} */
    const found = [];
    for (const key of Object.keys(prototype)) {
      const { get, set, value } =
        /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(prototype, key));
      const action = get ?? value;
      if (typeof action !== 'function') continue;
      const outcomes = new Set();
      for (const foreign of [undefined, {}, prototype]) {
        outcomes.add(await outcomeOf(() => action.call(foreign, 'a', 'b')));
        if (set) outcomes.add(await outcomeOf(() => set.call(foreign, null)));
      }
      found.push([key, [...outcomes].join(', ')]);
    }
    return found;
  }

  /** @param {string} name */
  async function describeInterface(name) {
    const descriptor = Object.getOwnPropertyDescriptor(self, name);
    if (!descriptor) return 'absent';
    const { value } = descriptor;
    return {
      global: flagsOf(descriptor),
      parent: nameOf(Object.getPrototypeOf(value)) || 'Function.prototype',
      prototypeParent: Object.getPrototypeOf(value.prototype).constructor.name,
      // Ours alone: how an app learns which of the two is at work. In no order:
      // engines differ in that of any function's properties.
      statics: describeProperties(value, ['polyfill']).sort(),
      members: describeProperties(value.prototype, []),
      called: await outcomeOf(() => value()),
      constructed: await outcomeOf(() => new value()),
      constructedWithType: await outcomeOf(() => new value('x')),
      constructedWithInit: await outcomeOf(() => new value('x', {})),
      constructedWithForeign: await outcomeOf(() => new value('x', { registration: {} })),
      derived: await outcomeOf(() => new (class extends value {})()),
      brandChecks: await describeBrandChecks(value.prototype),
    };
  }

  /** @param {any} object @param {string} key */
  function describeOne(object, key) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    return descriptor ? describeProperty(descriptor) : 'absent';
  }

  self.describeShape = async () => {
    /** @type {Record<string, any>} */
    const shape = {};
    for (const name of [
      'BackgroundFetchManager', 'BackgroundFetchRegistration', 'BackgroundFetchRecord',
      'BackgroundFetchEvent', 'BackgroundFetchUpdateUIEvent',
    ]) {
      shape[name] = await describeInterface(name);
    }
    for (const type of ['success', 'fail', 'abort', 'click']) {
      const key = `onbackgroundfetch${type}`;
      shape[`own ${key}`] = describeOne(self, key);
      const { ServiceWorkerGlobalScope } = /** @type {any} */ (self);
      if (ServiceWorkerGlobalScope) {
        shape[`prototype ${key}`] = describeOne(ServiceWorkerGlobalScope.prototype, key);
      }
    }
    const { prototype } = self.ServiceWorkerRegistration;
    shape.backgroundFetch = describeOne(prototype, 'backgroundFetch');
    shape.brandOfBackgroundFetch = await describeBrandChecks(prototype)
      .then((all) => all.find(([key]) => key === 'backgroundFetch')?.[1]);
    return shape;
  };
})();
