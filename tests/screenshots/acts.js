/** Brings a page of the demo to where it is worth a picture: in the middle of it. */

const parameters = new URLSearchParams(location.search);

/** @param {string} selector  of what stays at the top, however much comes above it */
function stayAt(selector) {
  const element = /** @type {HTMLElement} */ (document.querySelector(selector));
  const observer = new ResizeObserver(() => element.scrollIntoView());
  observer.observe(element);
  observer.observe(document.body);
}

/** @param {string} selector  of an element that is clicked once it is there */
function click(selector) {
  /** @type {HTMLElement} */ (document.querySelector(selector)).click();
}

/** @type {Record<string, () => void>} */
const kActs = {
  '/': () => {},
  '/player/': () => {
    /** @type {HTMLAudioElement} */ (document.querySelector('audio')).muted = true;
    click('[aria-label="Play: Night train"]');
    click('[aria-label="Add to queue: Low tide"]');
    click('[aria-label="Add to queue: First snow"]');
  },
  '/course/': () => {
    click('#download');
    const watch = /** @type {HTMLButtonElement} */ (
      document.querySelector('[aria-label="Watch: The letters of SOS"]'));
    const observer = new MutationObserver(() => {
      if (watch.disabled) return;
      observer.disconnect();
      watch.click();
    });
    observer.observe(watch, { attributes: true });
  },
  '/lab/': () => {
    /** @type {HTMLSelectElement} */ (document.querySelector('[name=rate]')).value = '100000';
    click('#start');
  },
};

self.setColorScheme(/** @type {'light' | 'dark'} */ (parameters.get('scheme')));
const { documentElement } = document;
const act = () => {
  if (documentElement.dataset.ready === undefined) return;
  observer.disconnect();
  kActs[location.pathname]();
  const to = parameters.get('to');
  if (to) stayAt(to);
};
const observer = new MutationObserver(act);
observer.observe(documentElement, { attributes: true });
act();
