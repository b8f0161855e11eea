/** Narrower than any engine makes its windows. */

const frame = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe'));
const parameters = new URLSearchParams(location.search);
frame.style.inlineSize = `${parameters.get('width')}px`;
const late = /** @type {HTMLImageElement} */ (document.querySelector('img'));
late.src = `/bytes/late?size=1&delay=${parameters.get('ms')}`;
frame.src = `${parameters.get('at')}${location.search}`;
