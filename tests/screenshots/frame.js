/** Narrower than any engine makes its windows. */

const frame = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe'));
const parameters = new URLSearchParams(location.search);
frame.style.inlineSize = `${parameters.get('width')}px`;
frame.src = `${parameters.get('at')}${location.search}`;
