/** Narrower than any engine makes its windows. */

const frame = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe'));
const width = new URLSearchParams(location.search).get('width');
frame.style.inlineSize = `${width}px`;
frame.src = `stage.html${location.search}`;
