/**
 * How the tray looks. Colours follow the page's `color-scheme`; an app sets
 * custom properties, or styles parts.
 */

/** Inner names are told apart from those that an app may compute its own from. */
export const kStyle = `
:host {
  --own-accent: var(--tray-accent, #0b57d0);
  --own-danger: var(--tray-danger, #b3261e);
  --own-done: var(--tray-done, #146c2e);
  --own-surface: var(--tray-background, Canvas);
  --own-text: var(--tray-text, CanvasText);
  --own-muted: var(--tray-muted, color-mix(in srgb, var(--own-text) 68%, var(--own-surface)));
  --own-line: var(--tray-border, color-mix(in srgb, var(--own-text) 16%, var(--own-surface)));
  --own-track: var(--tray-track, color-mix(in srgb, var(--own-text) 14%, var(--own-surface)));
  display: block;
  font: var(--tray-font, 400 0.9375rem/1.4 system-ui, sans-serif);
  color: var(--own-text);
}
@supports (color: light-dark(red, red)) {
  :host {
    --own-accent: var(--tray-accent, light-dark(#0b57d0, #8ab4f8));
    --own-danger: var(--tray-danger, light-dark(#b3261e, #f2b8b5));
    --own-done: var(--tray-done, light-dark(#146c2e, #81c995));
  }
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
section {
  background: var(--own-surface);
  border: 1px solid var(--own-line);
  border-radius: var(--tray-radius, 0.75rem);
  overflow: hidden;
}
section:focus { outline: 2px solid var(--own-accent); outline-offset: 2px; }
ul { list-style: none; margin: 0; padding: 0; }
li {
  display: grid;
  grid-template:
    'icon title actions'
    'icon bar actions'
    'icon details details' / auto minmax(0, 1fr) auto;
  align-items: center;
  gap: 0.25rem 0.75rem;
  padding: 0.625rem 0.75rem;
}
li + li { border-block-start: 1px solid var(--own-line); }
img, .noicon {
  grid-area: icon;
  inline-size: 2.5rem;
  block-size: 2.5rem;
  border-radius: 0.375rem;
  object-fit: cover;
}
.noicon { display: grid; place-items: center; color: var(--own-muted); background: var(--own-track); }
.title {
  grid-area: title;
  justify-self: start;
  max-inline-size: 100%;
  max-block-size: 2lh;
  font-weight: 600;
  overflow: hidden;
  overflow-wrap: anywhere;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  unicode-bidi: plaintext;
}
button { all: unset; cursor: pointer; border-radius: 0.375rem; box-sizing: border-box; }
button:focus-visible { outline: 2px solid var(--own-accent); outline-offset: -2px; }
button.title:hover { text-decoration: underline; }
button.title:focus-visible { outline-offset: 0; }
.bar {
  grid-area: bar;
  inline-size: 100%;
  block-size: 0.375rem;
  margin-block: 0.25rem 0.125rem;
  border-radius: 1rem;
  background: var(--own-track);
  overflow: hidden;
}
.fill {
  block-size: 100%;
  border-radius: inherit;
  background: var(--own-accent);
  transition: inline-size 0.2s linear;
}
.details { grid-area: details; justify-self: start; unicode-bidi: plaintext; color: var(--own-muted); font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.actions { grid-area: actions; display: flex; margin-inline-end: -0.5rem; }
.actions button {
  display: grid;
  place-items: center;
  inline-size: 2.75rem;
  block-size: 2.75rem;
  color: var(--own-muted);
}
.actions button:hover { color: var(--own-text); background: var(--own-track); }
svg { inline-size: 1.25rem; block-size: 1.25rem; fill: currentColor; }
.empty { margin: 0; padding: 1rem 0.75rem; color: var(--own-muted); text-align: center; }
.aloud { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
.paused .fill { background: var(--own-muted); }
.success, .failure {
  grid-template: 'icon title actions' 'icon details actions' / auto minmax(0, 1fr) auto;
}
.failure .details { color: var(--own-danger); }
.success .details { color: var(--own-done); }
.moving .fill { inline-size: 30% !important; animation: move 1.6s ease-in-out infinite alternate; }
@keyframes move { to { margin-inline-start: 70%; } }
@media (prefers-reduced-motion: reduce) {
  .fill { transition: none; }
  .moving .fill { animation: none; inline-size: 100% !important; opacity: 0.4; }
}
@media (forced-colors: active) {
  .bar { border: 1px solid CanvasText; }
  .fill { background: Highlight; forced-color-adjust: none; }
}
`;
