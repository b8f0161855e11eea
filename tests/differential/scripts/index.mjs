/** All scripts, in the order in which they run. */

import { shape } from './shape.mjs';
import { calls } from './calls.mjs';
import { fetching } from './fetching.mjs';
import { records } from './records.mjs';
import { matching } from './matching.mjs';
import { endings } from './endings.mjs';
import { events } from './events.mjs';
import { registrations } from './registrations.mjs';

/** @type {import('../targets.mjs').Scripts} */
export const scripts = {
  ...shape, ...calls, ...fetching, ...records, ...matching, ...endings, ...events, ...registrations,
};
