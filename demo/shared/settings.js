// Runs before the polyfill, which reads its settings when it starts: ours is
// what this demo shows, also where the browser has the API.
//
// A classic script like the polyfill's: modules run too late to come first.

self.backgroundFetchPolyfill = { force: true };
