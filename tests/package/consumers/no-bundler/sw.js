importScripts('settings.js', 'background-fetch-polyfill.sw.js', 'worker.js', 'offline.js');

keepShell(['./', 'settings.js', 'background-fetch-polyfill.js', 'page.js']);
