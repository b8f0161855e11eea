// The files that the service worker has put into a Cache: listed, opened,
// removed. Works without a network.

import { formatBytes } from './format.js';
import { byId, make, showProblem } from './page.js';
import { describe } from './errors.js';
import { openFile } from './viewer.js';

const kCacheName = 'background-fetch-demo:files';

const byName = new Intl.Collator('en', { numeric: true }).compare;

export class Library {
  #list = byId('files', HTMLUListElement);
  #removeAll = byId('remove-all', HTMLButtonElement);

  constructor() {
    this.#removeAll.addEventListener('click', async () => {
      await caches.delete(kCacheName);
      await this.refresh();
    });
  }

  async refresh() {
    const cache = await caches.open(kCacheName);
    const requests = await cache.keys();
    const names = requests.map((request) => new URL(request.url));
    names.sort((a, b) => byName(a.pathname, b.pathname));
    this.#list.replaceChildren(...names.map((url) => this.#row(url)));
    byId('no-files', HTMLElement).hidden = names.length > 0;
    this.#removeAll.hidden = names.length === 0;
  }

  /** @param {URL} url */
  #row(url) {
    const name = url.pathname.replace('/bytes/', '');
    // The cached response has no Content-Length; the address says it.
    const size = formatBytes(Number(url.searchParams.get('size')));
    const row = make('li', 'file');
    const open = make('button', 'file-open', 'Open');
    open.setAttribute('aria-label', `Open ${name}`);
    open.addEventListener('click', () => this.#open(url, name));
    const remove = make('button', 'file-remove', 'Remove');
    remove.setAttribute('aria-label', `Remove ${name}`);
    remove.addEventListener('click', () => this.#remove(url));
    row.append(make('span', 'file-name', name), make('span', 'file-size', size), open, remove);
    return row;
  }

  /** @param {URL} url @param {string} name */
  async #open(url, name) {
    try {
      const response = await caches.match(url.href, { cacheName: kCacheName });
      if (!response) throw new Error('It is no longer there.');
      await openFile(name, response);
    } catch (error) {
      showProblem(`${name} could not be opened. ${describe(error)}`);
    }
  }

  /** @param {URL} url */
  async #remove(url) {
    const cache = await caches.open(kCacheName);
    await cache.delete(url.href);
    await this.refresh();
  }
}
