import resolve from '@rollup/plugin-node-resolve';

export default [
  { input: 'src/main.js', output: { file: 'site/main.js', format: 'iife' }, plugins: [resolve({ browser: true })] },
  { input: 'src/sw.js', output: { file: 'site/sw.js', format: 'iife' }, plugins: [resolve({ browser: true })] },
];
