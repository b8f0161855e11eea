// Type-checks every JavaScript project: one for each context, so that
// `document` in worker code is an error.

import { run, runMain } from './run.mjs';

const kProjects = [
  'js/shared/tsconfig.json',
  'js/page/tsconfig.json',
  'js/service-worker/tsconfig.json',
  'js/tray/tsconfig.json',
  'js/build/tsconfig.json',
  'tests/tsconfig.json',
  'demo/tsconfig.json',
  'demo/tsconfig.sw.json',
];

await runMain(async () => {
  const failed = [];
  for (const project of kProjects) {
    const { code } = await run('node_modules/.bin/tsc', ['--project', project, '--pretty', 'false']);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${project}`);
    if (code !== 0) failed.push(project);
  }
  if (failed.length > 0) throw new Error(`Type errors in ${failed.join(', ')}`);
});
