/// <reference path="./background-fetch.d.ts" />

export { isPaused, pause, resume, transfer } from './extras.js';
