/** The matrix: all rows, in the order in which they are printed. */

import { connectionRows } from './rows/connections.mjs';
import { lengthRows } from './rows/lengths.mjs';
import { originRows } from './rows/origins.mjs';
import { partRows } from './rows/parts.mjs';
import { statusRows } from './rows/statuses.mjs';
import { validatorRows } from './rows/validators.mjs';

/** @typedef {import('./rows/row.mjs').Row} Row */

/** @type {Row[]} */
export const table = [
  ...connectionRows, ...lengthRows, ...partRows, ...validatorRows, ...statusRows, ...originRows,
];

/** Those in which answers to ranges decide. */
export const rowsOfRanges = [...partRows, ...validatorRows, ...originRows];

const names = table.map(({ name }) => name);
const twice = names.filter((name, index) => names.indexOf(name) !== index);
if (twice.length > 0) throw new Error(`rows with the same name: ${twice.join(', ')}`);
