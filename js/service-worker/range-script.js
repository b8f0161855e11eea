/**
 * The entry for service workers without modules: the function as a global.
 */

import { respondWithRange } from './respond-with-range.js';

Object.assign(globalThis, { respondWithRange });
