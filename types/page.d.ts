/// <reference path="./background-fetch.d.ts" />

export {};
