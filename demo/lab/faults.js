// The server's switches: one line for each that there is.

import { byId, make } from '../shared/page.js';
import { readSwitches } from '../shared/server.js';
import { kExamples, kOnce } from './examples.js';

export class Faults {
  /** @type {{name: string, element: HTMLElement, box: HTMLInputElement, value: HTMLInputElement}[]} */
  #rows = [];

  /** @param {() => void} onChange */
  constructor(onChange) {
    const filter = byId('fault-filter', HTMLInputElement);
    filter.addEventListener('input', () => {
      for (const { element } of this.#rows) {
        element.hidden = !element.textContent?.toLowerCase().includes(filter.value.toLowerCase());
      }
    });
    byId('faults', HTMLElement).addEventListener('change', onChange);
  }

  /** The server knows them. Without it there is nothing to switch. */
  async read() {
    const summaries = Object.entries(await readSwitches());
    summaries.sort(([a], [b]) => a.localeCompare(b));
    this.#rows = summaries.map(([name, summary]) => this.#row(name, summary));
    byId('faults', HTMLElement).replaceChildren(...this.#rows.map(({ element }) => element));
  }

  /** @param {string} name @param {string} summary */
  #row(name, summary) {
    const element = make('li', 'fault');
    const label = make('label', 'tick');
    const box = make('input', '');
    box.type = 'checkbox';
    box.name = name;
    label.append(box, make('strong', '', name));
    const value = make('input', 'fault-value');
    value.value = kExamples[name] ?? kOnce;
    value.setAttribute('aria-label', `Value of ${name}`);
    element.append(label, value, make('p', 'hint', summary));
    return { name, element, box, value };
  }

  /** @returns {string} Those that are on, as the server reads them. */
  query() {
    const on = this.#rows.filter(({ box }) => box.checked);
    return String(new URLSearchParams(on.map(({ name, value }) => [name, value.value])));
  }
}
