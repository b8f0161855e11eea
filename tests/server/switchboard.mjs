/** Which switches hold for a request now, and how many turns each has left. */

import { answerSwitches, representationSwitches } from './switches.mjs';

/** Query parameters that describe the body or its origin and are no faults. */
const kParameters = new Set(['size', 'seed', 'cors', 'hop', 'preflight']);

/**
 * @typedef {import('./switches.mjs').Asked} Asked
 * @typedef {import('./switches.mjs').Representation} Representation
 * @typedef {import('./switches.mjs').Plan} Plan
 */

export class Switchboard {
  /** @type {Map<string, URLSearchParams>} */
  #controls = new Map();
  /** @type {Map<string, number>} */
  #turnsTaken = new Map();

  /**
   * Replaces whatever was set for `name` before.
   *
   * @param {string} name
   * @param {string} query  as it would stand in the URL; '' takes control off
   */
  set(name, query) {
    const controls = new URLSearchParams(query);
    const problem = findUnknown(controls);
    if (problem) throw new TypeError(problem);
    this.#controls.set(name, controls);
    for (const key of this.#turnsTaken.keys()) {
      if (key.startsWith(`${name} `)) this.#turnsTaken.delete(key);
    }
  }

  /**
   * The URL's parameters, each replaced by the control of that key.
   *
   * @param {string} name
   * @param {URLSearchParams} query
   */
  parameters(name, query) {
    const controls = this.#controls.get(name) ?? new URLSearchParams();
    const merged = [...query].filter(([key]) => !controls.has(key));
    return new URLSearchParams([...merged, ...controls]);
  }

  /**
   * @param {string} name
   * @param {URLSearchParams} parameters
   * @param {Asked} asked
   * @param {Representation} representation
   */
  changeRepresentation(name, parameters, asked, representation) {
    for (const { key, value, takeTurn } of this.#settings(name, parameters, asked)) {
      const row = representationSwitches[key];
      if (row && takeTurn()) row.apply(representation, value);
    }
  }

  /**
   * @param {string} name
   * @param {URLSearchParams} parameters
   * @param {Asked} asked
   * @param {Plan} plan
   */
  changeAnswer(name, parameters, asked, plan) {
    for (const { key, value, takeTurn } of this.#settings(name, parameters, asked)) {
      const row = answerSwitches[key];
      if (row && (row.takesTurns || takeTurn())) row.apply(plan, value, takeTurn);
    }
  }

  /**
   * @param {string} name
   * @param {URLSearchParams} parameters
   * @param {Asked} asked
   */
  #settings(name, parameters, asked) {
    return [...parameters].flatMap(([fullKey, text]) => {
      const { kind, key } = readKey(fullKey);
      if (!isMeant(kind, asked)) return [];
      const { value, ...turns } = readValue(text);
      const turnKey = `${name} ${fullKey}=${text}`;
      return [{ key, value, takeTurn: () => this.#takeTurn(turnKey, turns) }];
    });
  }

  /**
   * @param {string} key
   * @param {{first: number, last: number}} turns  From 1.
   */
  #takeTurn(key, { first, last }) {
    const turn = (this.#turnsTaken.get(key) ?? 0) + 1;
    this.#turnsTaken.set(key, turn);
    return turn >= first && turn <= last;
  }
}

/**
 * A misspelt switch would make a test pass for the wrong reason.
 *
 * @param {URLSearchParams} parameters
 * @returns {string | null}
 */
export function findUnknown(parameters) {
  for (const fullKey of parameters.keys()) {
    const { key } = readKey(fullKey);
    const known = kParameters.has(key) ||
      Object.hasOwn(representationSwitches, key) || Object.hasOwn(answerSwitches, key);
    if (!known) return `no switch named ${key}`;
  }
  return null;
}

/**
 * `ranges.` and `plain.` before a switch keep it to requests with or without a
 * Range header.
 *
 * @param {string} fullKey
 */
function readKey(fullKey) {
  const [, kind = '', key] = /** @type {string[]} */ (/^(?:(ranges|plain)\.)?(.*)$/.exec(fullKey));
  return { kind, key };
}

/**
 * @param {string} kind
 * @param {Asked} asked
 */
function isMeant(kind, asked) {
  return kind === '' || (kind === 'ranges') === (asked.range !== undefined);
}

/** @param {string} text */
function readValue(text) {
  const match = /^(.*):(\d+)(?:(\.\.)(\d*))?$/.exec(text);
  if (!match) return { value: text, first: 1, last: Infinity };
  const [, value, number, dots, last] = match;
  if (!dots) return { value, first: 1, last: Number(number) };
  return { value, first: Number(number), last: Number(last || Infinity) };
}
