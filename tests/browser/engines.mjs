/**
 * How each engine is started: as its users start it, on a profile that lasts,
 * with no debugger or WebDriver (an attached debugger keeps Chromium's service
 * workers alive, and WebKit under WebDriver forgets everything).
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Start
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} environment
 *
 * @typedef {object} EngineRow
 * @property {boolean} needsDisplay
 * @property {string | null} storage  the folder of the profile that holds what sites store and
 *   can be made small by a file system of its own; null: a setting bounds it
 * @property {(profile: string, url: string, storageBytes: number) => Start} prepare
 *   also writes settings into the profile; storageBytes: for all sites, Infinity as shipped
 */

/** Only what keeps Firefox to the test: its web platform stays as shipped. */
const kFirefoxPreferences = {
  'app.normandy.enabled': false,
  'app.update.auto': false,
  'app.update.disabledForTesting': true,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.update': false,
  // A killed browser must come back with our page and no question.
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'browser.tabs.warnOnClose': false,
  'browser.warnOnQuit': false,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  // The driver opens and closes pages by script.
  'dom.allow_scripts_to_close_windows': true,
  'dom.disable_open_during_load': false,
  'dom.serviceWorkers.testing.enabled': false,
  'extensions.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'startup.homepage_welcome_url': '',
  'toolkit.startup.max_resumed_crashes': -1,
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/**
 * The native API counts as an automatic download: without a gesture a page has
 * one, and the next would ask the user.
 */
const kChromiumPreferences = {
  profile: { default_content_setting_values: { automatic_downloads: 1 } },
};

/** @param {string} folder  A profile that lasts keeps what the browser made of it. */
function writeChromiumPreferences(folder) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'Preferences');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(kChromiumPreferences));
}

/** @type {Record<string, EngineRow>} */
export const engines = {
  chromium: {
    needsDisplay: false,
    storage: '.',
    prepare: (profile, url) => {
      writeChromiumPreferences(path.join(profile, 'Default'));
      return {
        command: '/usr/bin/chromium',
        args: [
          '--headless=new',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--no-default-browser-check',
          // Not even what is muted plays without a click else, unless it has pictures.
          '--autoplay-policy=no-user-gesture-required',
          '--disable-background-networking',
          '--disable-breakpad',
          '--disable-component-update',
          '--disable-popup-blocking',
          '--disable-sync',
          '--hide-crash-restore-bubble',
          '--password-store=basic',
          `--user-data-dir=${profile}`,
          url,
        ],
        environment: {},
      };
    },
  },
  firefox: {
    needsDisplay: false,
    storage: null,
    prepare: (profile, url, storageBytes) => {
      const preferences = {
        ...kFirefoxPreferences,
        ...(storageBytes < Infinity && {
          'dom.quotaManager.temporaryStorage.fixedLimit': Math.floor(storageBytes / 1024),
        }),
      };
      const lines = Object.entries(preferences).map(
        ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
      );
      writeFileSync(path.join(profile, 'user.js'), lines.join(''));
      return {
        command: 'firefox-esr',
        args: ['--headless', '--profile', profile, '--no-remote', url],
        environment: { MOZ_CRASHREPORTER_DISABLE: '1' },
      };
    },
  },
  webkit: {
    needsDisplay: true,
    storage: 'data',
    prepare: (profile, url) => {
      const folders = {
        HOME: path.join(profile, 'home'),
        XDG_CACHE_HOME: path.join(profile, 'cache'),
        XDG_CONFIG_HOME: path.join(profile, 'config'),
        XDG_DATA_HOME: path.join(profile, 'data'),
        XDG_RUNTIME_DIR: path.join(profile, 'run'),
      };
      for (const folder of Object.values(folders)) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      }
      return {
        command: '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
        args: ['--javascript-can-open-windows-automatically=true', url],
        environment: {
          ...folders,
          WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
          // No helpers that would outlive the browser.
          DBUS_SESSION_BUS_ADDRESS: 'disabled:',
          GTK_A11Y: 'none',
          NO_AT_BRIDGE: '1',
        },
      };
    },
  },
};
