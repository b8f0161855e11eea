/**
 * Leaves for back.html, which comes back at once, and reports whether it was
 * the same page. Orders of the driver would keep it out of the back/forward
 * cache, so it does this unasked.
 *
 * `?polyfill=off` without our script; `?url=U` leaves a background fetch of U
 * behind and reports how it went on.
 */

(() => {
  const parameters = new URLSearchParams(location.search);
  const run = parameters.get('run');

  if (parameters.get('polyfill') !== 'off') {
    self.backgroundFetchPolyfill = { force: true };
    // Written by the parser, so that it runs before anything that follows.
    document.write('<script src="/dist/background-fetch-polyfill.js"></script>');
  }

  /** @param {Record<string, unknown>} message */
  async function report(message) {
    const response = await fetch(`${self.driverOrigin}/driver/reports`, {
      method: 'POST', body: JSON.stringify({ run, ...message }),
    });
    await response.text();
  }

  /** @type {BackgroundFetchRegistration | undefined} */
  let fetching;

  async function leave() {
    const url = parameters.get('url');
    const registration = await navigator.serviceWorker.getRegistration();
    if (url) fetching = await registration.backgroundFetch.fetch(run, url);
    else await registration?.backgroundFetch?.getIds();
    sessionStorage.setItem(run, 'left');
    location.href = '/pages/back.html';
  }

  addEventListener('pageshow', async ({ persisted }) => {
    if (!persisted && !sessionStorage.getItem(run)) {
      // Not before the load event has passed: such a navigation would replace this page.
      setTimeout(() => leave().catch((error) => report({ kind: 'page-error', details: `${error}` })));
      return;
    }
    await report({ kind: 'came-back', persisted });
    if (!fetching) return;
    while (fetching.result === '') {
      await new Promise((resolve) => fetching.addEventListener('progress', resolve, { once: true }));
    }
    await report({ kind: 'caught-up', result: fetching.result, downloaded: fetching.downloaded });
  });
})();
