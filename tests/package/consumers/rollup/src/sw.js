import './settings.js';
import 'background-fetch-polyfill/service-worker';
import './worker.js';
import './offline.js';

keepShell(['./', 'main.js']);
