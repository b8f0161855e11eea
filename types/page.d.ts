/// <reference path="./background-fetch.d.ts" />

export { isPaused, pause, resume } from './extras.js';
