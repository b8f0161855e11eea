import path from 'node:path';

const output = { path: path.resolve('site'), filename: '[name].js' };

export default [
  { mode: 'production', target: 'web', entry: { main: './src/main.js' }, output },
  { mode: 'production', target: 'webworker', entry: { sw: './src/sw.js' }, output },
];
