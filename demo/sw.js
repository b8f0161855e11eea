// The start page without a network.

importScripts('/shared/worker.js');

self.demoWorker.serveShell('demo-start', ['/', '/capabilities.js', '/start.css', '/start.js']);
