import { install } from 'background-fetch-polyfill/ponyfill/service-worker';
import './worker.js';
import './offline.js';

install({ force: true });
keepShell(['./', 'main.js']);
