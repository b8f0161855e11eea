// npm start: install what is missing, build what is out of date, serve the demo.
//
//   npm start [-- --port 8080]

import { install } from './install.mjs';
import { mustRun, runMain } from './run.mjs';

await runMain(async () => {
  await install('build');
  await mustRun('node', ['js/build/build.mjs']);
  // In this process, so that ending npm start ends the server too; for that,
  // package.json starts us by exec: npm's signals reach its shell and no further.
  // The server reads the same command line and prints its address.
  await import('../../tests/server/serve.mjs').catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${error.port} is taken by another program. To use another port:\n\n` +
        `  npm start -- --port ${error.port + 1}\n`,
    );
  });
});
