// The fixed parts of the page, found by id.

/**
 * @template {Element} Type
 * @param {string} id
 * @param {new () => Type} type
 * @returns {Type}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`#${id} is no ${type.name}`);
  return element;
}

/**
 * Says something to those who hear the page. For turning points only: progress
 * is there to be looked up, not to be read out.
 *
 * @param {string} text
 */
export function announce(text) {
  byId('announcements', HTMLElement).textContent = text;
}

/** @param {string} id  of a heading: what it is above is seen, and read next. */
export function goTo(id) {
  const heading = byId(id, HTMLElement);
  heading.focus({ preventScroll: true });
  heading.scrollIntoView();
}

/** @param {string} text  '' takes the last one away. */
export function showProblem(text) {
  const element = byId('problem', HTMLElement);
  element.textContent = text;
  element.hidden = text === '';
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className, text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
