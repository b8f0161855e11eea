// Runs before the polyfill, which reads its settings when it starts.
//
// A classic script like the polyfill's: modules run too late to come first.

(() => {
  const kStorageKey = 'background-fetch-demo:force';

  /** `?force` or `?force=1` switches on, `?force=0` off; either is remembered. */
  const asked = new URLSearchParams(location.search).get('force');
  if (asked !== null) localStorage.setItem(kStorageKey, asked === '0' ? '0' : '1');

  const force = localStorage.getItem(kStorageKey) === '1';
  self.backgroundFetchPolyfill = { force };
  self.demoSettings = {
    force,
    hasNative: 'BackgroundFetchManager' in self,
    remember(value) {
      localStorage.setItem(kStorageKey, value ? '1' : '0');
    },
  };
})();
