// What is shipped is what the types say.

import 'background-fetch-polyfill';

import type { BackgroundFetchManager as Manager } from '../../../js/shared/manager.js';
import type { BackgroundFetchRecord as Record } from '../../../js/shared/record.js';
import type { BackgroundFetchRegistration as Registration } from '../../../js/shared/registration.js';

type IsOneOf<Ours extends Declared, Declared> = Ours;

export type Checked = [
  IsOneOf<Manager, BackgroundFetchManager>,
  IsOneOf<Record, BackgroundFetchRecord>,
  IsOneOf<Registration, BackgroundFetchRegistration>,
];
