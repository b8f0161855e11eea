// npm run docs: js/API.md, the reference, out of the comments of types/.
//
// What is declared is shown as it is declared; what is said about it comes before.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kProjectFolder, runMain } from './run.mjs';

/** In the order in which somebody learns them. */
const kParts = [
  ['settings.d.ts', 'Settings'],
  ['background-fetch.d.ts', 'Background Fetch, in pages and workers'],
  ['service-worker.d.ts', 'In the service worker, `background-fetch-polyfill/service-worker`'],
  ['extras.d.ts', 'Beyond the draft, exported by both'],
  ['ponyfill.d.ts', 'The ponyfill for pages, `background-fetch-polyfill/ponyfill`'],
  [
    'ponyfill.service-worker.d.ts',
    'The ponyfill for service workers, `background-fetch-polyfill/ponyfill/service-worker`',
  ],
  ['tray.d.ts', 'The tray, `background-fetch-polyfill/tray`'],
  ['trace.d.ts', 'Traces, `background-fetch-polyfill/trace`'],
];

export const kReferenceFile = join(kProjectFolder, 'js/API.md');

/** A comment, where there is one, and a declaration with its name. */
const kDeclaration =
  /^(\/\*\*(?:[^*]|\*(?!\/))*\*\/\n)?((?:export )?(?:declare )?(?:interface|type|function|var|const) (\w+)(?:[^\n]*\{\n[^]*?^\};?$|[^]*?;$))/gm;

/** @param {string} comment */
function textOf(comment) {
  return comment
    .replace(/^\/\*\*\s?|\s*\*\/\s*$/g, '')
    .replace(/^ \* ?/gm, '')
    .trim();
}

/** @param {string} source */
function declarationsOf(source) {
  // What is global besides is at the margin like everything else.
  const flat = source.replace(/^declare global \{\n([^]*?)^\}$/gm, (_, body) =>
    body.replace(/^ {2}/gm, ''));
  return [...flat.matchAll(kDeclaration)].map(([, comment = '', code, name]) => ({
    name, comment: textOf(comment), code,
  }));
}

/** @returns {string} */
export function makeReference() {
  const parts = kParts.map(([file, title]) => {
    const declarations = declarationsOf(readFileSync(join(kProjectFolder, 'types', file), 'utf8'))
      // Names that only the exports of a module need.
      .filter(({ code }) => !/^(declare const|type) \w+( =|:) (typeof )?BackgroundFetch\w+;$/.test(code));
    return `## ${title}\n\n${declarations.map(({ name, comment, code }) =>
      `### ${name}\n\n${comment && `${comment}\n\n`}\`\`\`ts\n${code}\n\`\`\`\n`).join('\n')}`;
  });
  return `# API\n\nMade from \`types/\` by \`npm run docs\`.\n\n${parts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => writeFileSync(kReferenceFile, makeReference()));
}
