// Before the polyfill: the browser under test may have the API.
self.backgroundFetchPolyfill = { force: true };

export {};
