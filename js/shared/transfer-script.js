/**
 * The entry for whoever loads drop-in scripts: the function as a global.
 */

import { transfer } from './transfer.js';

Object.assign(globalThis, { transfer });
