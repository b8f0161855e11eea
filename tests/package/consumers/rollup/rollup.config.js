import resolve from '@rollup/plugin-node-resolve';

export default ['main', 'sw'].map((name) => ({
  input: `src/${name}.js`,
  output: { file: `site/${name}.js`, format: 'iife' },
  plugins: [resolve({ browser: true })],
}));
