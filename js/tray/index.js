/**
 * The entry of the tray: importing it defines `<background-fetch-tray>`.
 */

import { BackgroundFetchTray } from './tray.js';

if (globalThis.customElements && !customElements.get('background-fetch-tray')) {
  customElements.define('background-fetch-tray', BackgroundFetchTray);
}
