import './settings.js';
import 'background-fetch-polyfill/service-worker';
import './worker.js';
import { precacheAndRoute } from 'workbox-precaching';

precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/./] });
