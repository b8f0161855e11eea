/**
 * The page half of the driver: carries out orders, tells what goes wrong, and
 * loads the polyfill, unless the URL says `polyfill=off`.
 *
 * Orders come through a frame on the driver's origin: a fetch of this document
 * would be an event in the service worker under test, and keep it awake.
 */

(() => {
  const parameters = new URLSearchParams(location.search);
  const page = parameters.get('page') ?? '';

  if (parameters.get('polyfill') !== 'off') {
    self.backgroundFetchPolyfill = { force: true };
    // Written by the parser, so that it runs before anything that follows.
    document.write('<script src="/dist/background-fetch-polyfill.js"></script>');
  }

  const { port1: frame, port2: framePort } = new MessageChannel();

  /** @param {string} kind @param {unknown} details */
  function report(kind, details) {
    frame.postMessage({ report: { kind, page, details: describe(details) } });
  }

  /** @param {any} value */
  function describe(value) {
    if (value instanceof Error) return `${value.name}: ${value.message}\n${value.stack}`;
    return typeof value === 'string' ? value : String(value);
  }

  addEventListener('error', (event) => {
    if (event instanceof ErrorEvent) report('page-error', event.error ?? event.message);
    else report('page-error', `cannot load ${event.target?.src ?? event.target}`);
  }, true);
  addEventListener('unhandledrejection', (event) => report('page-rejection', event.reason));
  const { error: consoleError } = console;
  console.error = (...values) => {
    report('page-console', values.map(describe).join(' '));
    consoleError.apply(console, values);
  };

  frame.onmessage = async ({ data: { number, source, argument } }) => {
    try {
      const body = new Function(`return (${source});`)();
      const value = await body(argument);
      // As JSON here and not in the frame, so that what cannot travel fails with a stack.
      const json = JSON.stringify(value ?? null);
      frame.postMessage({ result: { order: number, ok: true, value: JSON.parse(json) } });
    } catch (error) {
      const { name, message, stack } = error instanceof Error || error instanceof DOMException
        ? error : new Error(String(error));
      const described = { name, message, stack: String(stack) };
      frame.postMessage({ result: { order: number, ok: false, error: described } });
    }
  };

  addEventListener('DOMContentLoaded', () => {
    const element = document.createElement('iframe');
    element.hidden = true;
    element.src = `${self.driverOrigin}/pages/orders-frame.html?page=${encodeURIComponent(page)}`;
    element.addEventListener('load', () => {
      element.contentWindow.postMessage('orders', self.driverOrigin, [framePort]);
    });
    document.body.append(element);
  });
})();
