/** The entry for service workers: importing it installs. */

import { readSettings } from '../shared/install.js';
import { installInWorker } from './install-in-worker.js';

installInWorker(readSettings());
