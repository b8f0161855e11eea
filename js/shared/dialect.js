/**
 * The dialect of widely read articles, as far as it concerns every realm: what
 * no specification has and deployed code uses all the same. These are
 * extensions. The rest is in js/service-worker/dialect.js.
 */

let hasWarned = false;

/**
 * Some look for `'BackgroundFetchManager' in ServiceWorkerRegistration.prototype`.
 *
 * @param {any} scope  The global object, with the interfaces installed.
 */
export function installDialect({ ServiceWorkerRegistration, BackgroundFetchManager }) {
  Object.defineProperty(ServiceWorkerRegistration.prototype, 'BackgroundFetchManager', {
    value: BackgroundFetchManager,
    configurable: true,
  });
}

/**
 * What is meant by options that lack `downloadTotal`.
 *
 * @param {any} options  BackgroundFetchOptions
 * @returns {unknown} Not converted; 0 when there is no `totalDownload` either.
 */
export function totalDownloadOf(options) {
  const totalDownload = options?.totalDownload ?? 0;
  if (totalDownload && !hasWarned) {
    hasWarned = true;
    console.warn('background-fetch-polyfill: totalDownload is read as downloadTotal.');
  }
  return totalDownload;
}
