// Values that no host hands over, and where in a call to put them.

/** @typedef {import('../../host/dice.mjs').Dice} Dice */
/** @typedef {(string | number)[]} Path */

class Thrown extends Error {
  name = 'Thrown';
}

const thrower = () => {
  throw new Thrown('by a getter');
};

/** Objects of which reading anything throws, or never ends where it should. */
const kTraps = {
  'an object whose getters throw': () => new Proxy({}, { get: thrower }),
  'an object that says it is long': () => ({ length: 5 }),
  'an object with a negative length': () => ({ length: -1 }),
  'an array with a hole': () => [, 'x'],
  'an object without a prototype': () => Object.create(null),
  'an object that converts to nothing': () => ({ toString: thrower, valueOf: thrower }),
  'an object that contains itself': () => {
    /** @type {any} */
    const object = { uid: 'x', headers: [] };
    object.headers.push(object);
    object[0] = object;
    return object;
  },
  'an object with another prototype': () => {
    const object = JSON.parse('{"__proto__": {"length": 3}}');
    return Object.setPrototypeOf(object, { length: 2, uid: 'inherited', status: 200 });
  },
};

/** @type {unknown[]} */
const kPlain = [
  undefined, null, true, false, NaN, Infinity, -Infinity, -1, -0, 0.5, 1e-320, 2 ** 31, 2 ** 32,
  2 ** 53 - 1, 2 ** 53, 2 ** 63, 2 ** 64, 1e308, 0n, 2n ** 64n, '', '0', '1e3', '\0', '\ud800',
  'x'.repeat(300_000), 'ü'.repeat(1_000), [], [[]], [['a']], [['a', 'b', 'c']], {}, new Date(0),
  Symbol('x'), () => 1, new Uint8Array(4), /x/,
];

/**
 * @param {Dice} dice
 * @returns {{value: unknown, text: string}}
 */
export function makeBad(dice) {
  if (dice.chance(25)) {
    const text = dice.pick(Object.keys(kTraps));
    return { value: kTraps[/** @type {keyof kTraps} */ (text)](), text };
  }
  const value = dice.pick(kPlain);
  return { value, text: `${typeof value} ${String(value).slice(0, 30)}` };
}

/**
 * @param {unknown[]} call
 * @returns {Path[]} Of each argument and each value in one.
 */
export function pathsOf(call) {
  /** @type {Path[]} */
  const paths = [];
  /** @param {any} value @param {Path} path */
  const visit = (value, path) => {
    if (path.length > 0) paths.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      visit(value[key], [...path, Array.isArray(value) ? Number(key) : key]);
    }
  };
  visit(call, []);
  return paths;
}

/**
 * Some values are no nonsense to the border, but another request or fetch than
 * the one that the host means. The engine may stop a host that breaks its rules.
 *
 * @param {any} call
 * @param {Path} path
 * @param {unknown} bad
 */
export function mayBreakRules(call, path, bad) {
  const good = path.reduce((object, key) => object[key], call);
  if (typeof good === 'string') {
    return typeof bad === 'string' && (path.length === 1 || path.at(-1) === 'uid');
  }
  if (typeof good !== 'number') return false;
  try {
    const number = Number(/** @type {any} */ (bad));
    // What conversion to a number makes of 0n, Number() alone does, too.
    return typeof bad !== 'bigint' && Number.isSafeInteger(number) && number >= 0;
  } catch {
    return false;
  }
}

/**
 * @param {any} object
 * @param {Path} path
 * @param {unknown} value
 * @returns {any} A copy with that value in it.
 */
export function withValueAt(object, path, value) {
  if (path.length === 0) return value;
  const [key, ...rest] = path;
  const copy = Array.isArray(object) ? [...object] : { ...object };
  copy[key] = withValueAt(object[key], rest, value);
  return copy;
}
