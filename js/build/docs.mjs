// npm run docs: js/API.md, the reference, out of the comments of types/.
//
// What is declared is shown as it is declared; what is said about it comes before. What is
// declared twice, as an interface and as its constructor, has one heading.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kProjectFolder, runMain } from './run.mjs';

/**
 * In the order in which somebody learns them. `where` tells names apart that several have.
 *
 * @type {{file: string, title: string, where?: string}[]}
 */
const kParts = [
  { file: 'settings.d.ts', title: 'Settings' },
  { file: 'background-fetch.d.ts', title: 'Background Fetch, in pages and workers' },
  {
    file: 'service-worker.d.ts',
    title: 'In the service worker, `background-fetch-polyfill/service-worker`',
  },
  { file: 'extras.d.ts', title: 'Beyond the draft, exported by both' },
  { file: 'ponyfill.d.ts', title: 'The ponyfill for pages, `background-fetch-polyfill/ponyfill`' },
  {
    file: 'ponyfill.service-worker.d.ts',
    title: 'The ponyfill for service workers, `background-fetch-polyfill/ponyfill/service-worker`',
    where: 'in service workers',
  },
  { file: 'tray.d.ts', title: 'The tray, `background-fetch-polyfill/tray`' },
  { file: 'trace.d.ts', title: 'Traces, `background-fetch-polyfill/trace`' },
];

export const kReferenceFile = join(kProjectFolder, 'js/API.md');

/** A comment, where there is one, and a declaration with its name. */
const kDeclaration =
  /^(\/\*\*(?:[^*]|\*(?!\/))*\*\/\n)?((?:export )?(?:declare )?(?:interface|type|function|var|const) (\w+)(?:[^\n]*\{\n[^]*?^\};?$|[^]*?;$))/gm;

/** Names that only the exports of a module need. */
const kAlias = /^(declare const|type) \w+( =|:) (typeof )?BackgroundFetch\w+;$/;

/** @param {string} comment */
function textOf(comment) {
  return comment
    .replace(/^\/\*\*\s?|\s*\*\/\s*$/g, '')
    .replace(/^ \* ?/gm, '')
    .trim();
}

/**
 * @param {string} source
 * @returns {Map<string, {comment: string, code: string}[]>} By name.
 */
function declarationsOf(source) {
  // What is global besides is at the margin like everything else.
  const flat = source.replace(/^declare global \{\n([^]*?)^\}$/gm, (_, body) =>
    body.replace(/^ {2}/gm, ''));
  /** @type {Map<string, {comment: string, code: string}[]>} */
  const byName = new Map();
  for (const [, comment = '', code, name] of flat.matchAll(kDeclaration)) {
    if (kAlias.test(code)) continue;
    byName.set(name, [...(byName.get(name) ?? []), { comment: textOf(comment), code }]);
  }
  return byName;
}

/** @param {string} heading @param {{comment: string, code: string}[]} declarations */
function describe(heading, declarations) {
  const comments = declarations.filter(({ comment }) => comment).map(({ comment }) => comment);
  const codes = declarations.map(({ code }) => code);
  const code = `\`\`\`ts\n${codes.join('\n\n')}\n\`\`\`\n`;
  return [`### ${heading}`, ...comments, code].join('\n\n');
}

/** @returns {string} */
export function makeReference() {
  const parts = kParts.map(({ file, title, where }) => {
    const source = readFileSync(join(kProjectFolder, 'types', file), 'utf8');
    const entries = [...declarationsOf(source)].map(([name, declarations]) =>
      describe(where ? `${name}, ${where}` : name, declarations));
    return `## ${title}\n\n${entries.join('\n')}`;
  });
  return `# API\n\nMade from \`types/\` by \`npm run docs\`.\n\n${parts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => writeFileSync(kReferenceFile, makeReference()));
}
