/** A virtual X display, for the engine that has no headless mode, and for keys. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { kPatienceMs, withDeadline } from '../server/deadline.mjs';
import { atExit } from './at-exit.mjs';

/**
 * Xvfb picks a free number and removes its lock file when it is ended in order,
 * which `xvfb-run` cannot do when it is killed together with a browser.
 *
 * @returns {Promise<{name: string, close: () => Promise<void>}>}
 */
export async function openDisplay() {
  const server = spawn(
    'Xvfb',
    // A server that resets itself when its last client has gone, as after a kill,
    // refuses the next one meanwhile.
    ['-noreset', '-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const ended = once(server, 'exit');
  const forgetExit = atExit(() => server.kill('SIGTERM'));
  const number = /** @type {import('node:stream').Readable} */ (server.stdio[3]);
  const [line] = await withDeadline(
    Promise.race([once(number, 'data'), once(server, 'error').then(([error]) => { throw error; })]),
    kPatienceMs,
    () => 'Xvfb named no display',
  );
  return {
    name: `:${String(line).trim()}`,
    close: async () => {
      server.kill('SIGTERM');
      await ended;
      forgetExit();
    },
  };
}
