// The page that leads to the others.

import { watchConnection } from './shared/connection.js';
import { describe } from './shared/errors.js';
import { openWorker } from './shared/open-worker.js';
import { showProblem } from './shared/page.js';
import { followTrayClicks } from './shared/tray-clicks.js';
import { showCapabilities } from './capabilities.js';

watchConnection();
followTrayClicks();
try {
  await showCapabilities();
  await openWorker();
  document.documentElement.dataset.ready = '';
} catch (error) {
  showProblem(describe(error));
}
