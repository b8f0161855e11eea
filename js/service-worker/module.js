/**
 * The package's module for service workers: it installs, and exports what goes
 * beyond the draft. Drop-in scripts, which export nothing, do without that.
 */

import './index.js';

export { isPaused, pause, resume } from '../shared/extras.js';
export { transfer } from '../shared/transfer.js';
export { respondWithRange } from './respond-with-range.js';
