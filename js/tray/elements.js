/**
 * Making elements, and the pictures on buttons.
 */

const kSvg = 'http://www.w3.org/2000/svg';

/** Paths in a square of 24. */
export const kPictures = {
  pause: 'M7 5h4v14H7zM13 5h4v14h-4z',
  resume: 'M8 5v14l11-7z',
  cancel: 'M6.4 5 5 6.4 10.6 12 5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6L19 6.4 17.6 5 12 10.6z',
  download: 'M11 4h2v8l3-3 1.4 1.4L12 16l-5.4-5.6L8 9l3 3zM5 18h14v2H5z',
  retry: 'M12 5V1.5L7 6.5l5 5V8a5 5 0 1 1-5 5H4.5A7.5 7.5 0 1 0 12 5z',
};

/** @typedef {keyof typeof kPictures} Picture */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} role  In the tray: its class, and its part.
 * @param {Node[]} [children]
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, role, children = []) {
  const element = document.createElement(name);
  element.className = role;
  element.setAttribute('part', role);
  element.append(...children);
  return element;
}

/** @param {Picture} picture */
export function makePicture(picture) {
  const svg = document.createElementNS(kSvg, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS(kSvg, 'path'));
  setPicture(svg, picture);
  return svg;
}

/**
 * @param {string} role
 * @param {Picture} picture
 * @param {() => void} onClick
 */
export function makeButton(role, picture, onClick) {
  const button = make('button', `button ${role}`, [makePicture(picture)]);
  button.type = 'button';
  button.addEventListener('click', onClick);
  return button;
}

/** @param {Element} button @param {Picture} picture */
export function setPicture(button, picture) {
  button.querySelector('path')?.setAttribute('d', kPictures[picture]);
}

/**
 * What is said of a button and shown over it.
 *
 * @param {HTMLElement} button
 * @param {string} label
 * @param {string} hint
 */
export function setLabel(button, label, hint) {
  if (button.getAttribute('aria-label') === label) return;
  button.setAttribute('aria-label', label);
  button.title = hint;
}
