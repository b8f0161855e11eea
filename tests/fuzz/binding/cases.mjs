// Cases that were found: values that once stopped the engine, or changed it.

import { makeHead, makeOptions, makeOwner } from './good-values.mjs';
import { Dice } from '../../host/dice.mjs';

const kDice = new Dice(1);
const kOwner = makeOwner(9);
const kHead = makeHead(kDice);

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} entry
 * @property {unknown[]} call
 */

/** @type {Case[]} */
export const kCases = [
  {
    name: 'a list of headers that says it has 2^32 - 1 of them',
    entry: 'recoverHead',
    call: [kOwner, { ...kHead, headers: { length: 2 ** 32 - 1 } }],
  },
  {
    name: 'a list with a negative length',
    entry: 'recoverHead',
    call: [kOwner, { ...kHead, headers: { length: -1 } }],
  },
  {
    name: 'requests that say they are 2^32 - 1',
    entry: 'register',
    call: [1, kOwner.uid, makeOptions('film'), { length: 2 ** 32 - 1 }, 0, 1_800_000_000_000],
  },
  {
    name: 'icons that are none',
    entry: 'register',
    call: [
      1, kOwner.uid, { ...makeOptions('film'), icons: { length: -1 } }, [], 0, 1_800_000_000_000,
    ],
  },
  {
    name: 'an engine opened anew with a seed that is none',
    entry: 'open',
    call: ['/background-fetch/fuzz', -1, 'https://app.example'],
  },
];
