/** Pages used by keyboard alone: keys of a virtual screen, in every engine. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** @typedef {import('./driver.mjs').Browser} Browser */
/** @typedef {import('./driver.mjs').Page} Page */
/** @typedef {import('./x-keyboard.mjs').Key} Key */

/** More than there are places for the focus on any page, and around it. */
const kTabsMax = 200;

export class Keys {
  #page;
  #keyboard;

  /**
   * @param {Page} page
   * @param {import('./x-keyboard.mjs').XKeyboard} keyboard
   */
  constructor(page, keyboard) {
    this.#page = page;
    this.#keyboard = keyboard;
  }

  /**
   * @param {Browser} browser  on a screen
   * @param {Page} page  its latest
   */
  static async of(browser, page) {
    if (!browser.keyboard) throw new Error('the browser is on no screen');
    const name = randomUUID();
    await page.run((name) => {
      document.title = name;
    }, name);
    await browser.keyboard.focus(name);
    await page.run(() => new Promise((resolve) => {
      if (document.hasFocus()) resolve(null);
      addEventListener('focus', () => resolve(null), { once: true });
    }));
    return new Keys(page, browser.keyboard);
  }

  /**
   * Resolves when the page has seen it.
   *
   * @param {Key} key
   * @param {boolean} [withShift]
   */
  async press(key, withShift = false) {
    await this.#page.run(() => {
      Object.assign(self, { keyIsUp: new Promise((resolve) => {
        const listener = (/** @type {KeyboardEvent} */ event) => {
          // WebKitGTK has no name for Tab with Shift.
          if (event.key === 'Shift') return;
          removeEventListener('keyup', listener, true);
          resolve(null);
        };
        addEventListener('keyup', listener, true);
      }) });
    });
    this.#keyboard.press(key, withShift);
    await this.#page.run(() => /** @type {any} */ (self).keyIsUp);
  }

  /** @returns {Promise<string>} What has the focus, by its label. */
  async focused() {
    return (await this.#look('')).focused;
  }

  /** @param {string} label  of what gets the focus, by as many tabs as it takes */
  async tabTo(label) {
    for (let tabs = 0; ; tabs += 1) {
      const { focused, isBehind } = await this.#look(label);
      if (focused === label) return;
      assert.ok(tabs < kTabsMax, `${label} cannot be reached, the focus is at ${focused}`);
      // Within the page: around it are the browser's own buttons.
      await this.press('Tab', isBehind);
    }
  }

  /** @param {string} label */
  async activate(label) {
    await this.tabTo(label);
    await this.press('Enter');
  }

  /** What can be used with a pointer can be reached from the keyboard, in its order. */
  async assertAllReached() {
    const { all } = await this.#look('');
    assert.ok(all.length > 0);
    await this.tabTo(all[0]);
    const reached = [all[0]];
    for (let tabs = 0; reached.length < all.length && tabs < kTabsMax; tabs += 1) {
      await this.press('Tab');
      const { focused, isPlace } = await this.#look('');
      // Firefox adds what can be scrolled.
      if (isPlace) reached.push(focused);
    }
    assert.deepEqual(reached, all);
  }

  /**
   * @param {string} label
   * @returns {Promise<{focused: string, isPlace: boolean, isBehind: boolean, all: string[]}>}
   */
  #look(label) {
    return this.#page.run((label) => {
      /** @param {any} element @returns {string} */
      const labelOf = (element) => {
        const [around] = element.labels ?? [];
        // Without the options of what it is the label of.
        const text = around?.textContent.replace(element.textContent, '') ?? element.textContent;
        return element.getAttribute('aria-label') ?? text.trim();
      };
      const all = [...document.querySelectorAll('*')]
        .flatMap((each) => [each, ...each.shadowRoot?.querySelectorAll('*') ?? []]);
      const places = all.filter((each) => (
        each.matches('a[href], button:enabled, input:enabled, select:enabled, [tabindex="0"]') &&
        /** @type {HTMLElement} */ (each).offsetParent !== null));
      const { activeElement } = document;
      const focused = activeElement?.shadowRoot?.activeElement ?? activeElement;
      const isPlace = places.includes(/** @type {Element} */ (focused));
      const wanted = places.find((each) => labelOf(each) === label);
      return {
        focused: isPlace ? labelOf(focused) : focused?.className ?? '',
        isPlace,
        // By the whole page, also the stops that Firefox adds, which are no places.
        isBehind: wanted !== undefined &&
          all.indexOf(wanted) < all.indexOf(/** @type {Element} */ (focused)),
        all: places.map(labelOf),
      };
    }, label);
  }
}
