/** The entry for windows and workers: importing it installs. */

import { readSettings } from '../shared/install.js';
import { installInPage } from './install-in-page.js';

installInPage(readSettings());
