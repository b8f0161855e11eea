export { default as createCore } from '../../bindings/engine.js';
