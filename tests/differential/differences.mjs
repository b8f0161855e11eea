/** @type {import('./compare.mjs').Difference[]} */
export const differences = [];
