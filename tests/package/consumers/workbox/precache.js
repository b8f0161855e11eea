import { generateSW } from 'workbox-build';

await generateSW({
  globDirectory: 'site',
  globPatterns: ['**/*.{html,js}'],
  swDest: 'site/sw.js',
  // The drop-in before the app's own listeners.
  importScripts: ['settings.js', 'background-fetch-polyfill.sw.js', 'worker.js'],
  ignoreURLParametersMatching: [/./],
  skipWaiting: true,
  clientsClaim: true,
});
