// What a mutation is: one small change of a source text that a good test should
// notice. Works on lines; what does not compile afterwards is nobody's fault.

/**
 * @typedef {object} Mutation
 * @property {string} kind
 * @property {number} line  From 1.
 * @property {string} before  The line as it is.
 * @property {string} after  The line as it is to be.
 */

/** @typedef {(line: string, previous: string) => string[]} Mutator */

/** @type {[string, string][]} Longer ones first: "<=" is no "<". */
const kOperators = [
  ['<=', '<'],
  ['>=', '>'],
  ['==', '!='],
  ['!=', '=='],
  ['&&', '||'],
  ['||', '&&'],
  ['+=', '-='],
  ['-=', '+='],
  ['++', '--'],
  ['--', '++'],
  [' < ', ' <= '],
  [' > ', ' >= '],
  [' + ', ' - '],
  [' - ', ' + '],
  [' * ', ' / '],
  [' / ', ' * '],
];

/** @param {string} line @param {number} begin @param {number} length @param {string} text */
function replaceAt(line, begin, length, text) {
  return line.slice(0, begin) + text + line.slice(begin + length);
}

/** @type {Mutator} */
function changeOperator(line) {
  const changed = [];
  for (let at = 0; at < line.length; ++at) {
    const found = kOperators.find(([before]) => line.startsWith(before, at));
    if (!found) continue;
    changed.push(replaceAt(line, at, found[0].length, found[1]));
    at += found[0].length - 1;
  }
  return changed;
}

/** @type {Mutator} */
function changeConstant(line) {
  /** @param {RegExpMatchArray} match @param {string} text */
  const replace = (match, text) => replaceAt(line, match.index ?? 0, match[0].length, text);
  const numbers = [...line.matchAll(/(?<![\w'".])\d+(?![\w'".])/g)].flatMap((match) => [
    replace(match, String(Number(match[0]) + 1)),
    ...(match[0] === '0' ? [] : [replace(match, String(Number(match[0]) - 1))]),
  ]);
  const booleans = [...line.matchAll(/\b(?:true|false)\b/g)].map((match) =>
    replace(match, match[0] === 'true' ? 'false' : 'true'),
  );
  return [...numbers, ...booleans];
}

/** @type {Mutator} */
function negateBranch(line) {
  const match = line.match(/^(\s*(?:\} else )?(?:if|while) \()(.*)(\) (?:\{|.*;))$/);
  return match ? [`${match[1]}!(${match[2]})${match[3]}`] : [];
}

/** @type {Mutator} */
function deleteStatement(line, previous) {
  const isWhole = /^\s+[^\s].*;$/.test(line) && /(?:[;{}:]|^)$/.test(previous.trimEnd());
  const isDeclaration =
    /^\s*(?:const|auto|return|break|continue|case|using|static|struct)\b/.test(line);
  return isWhole && !isDeclaration ? [line.replace(/\S.*$/, ';')] : [];
}

/** @type {[string, Mutator][]} */
const kMutators = [
  ['operator', changeOperator],
  ['constant', changeConstant],
  ['branch', negateBranch],
  ['statement', deleteStatement],
];

export const kKinds = kMutators.map(([kind]) => kind);

/**
 * @param {string} source
 * @returns {Mutation[]} All that there are.
 */
export function mutationsOf(source) {
  const lines = source.split('\n');
  return lines.flatMap((before, index) => {
    if (/^\s*(?:\/\/|#|namespace|\}|BF_CHECK|static_assert)/.test(before)) return [];
    const code = before.replace(/\/\/.*$/, '');
    const previous = (lines[index - 1] ?? '').replace(/\/\/.*$/, '');
    return kMutators.flatMap(([kind, mutator]) =>
      mutator(code, previous).map((after) => ({ kind, line: index + 1, before, after })),
    );
  });
}

/** @param {string} source @param {Mutation} mutation */
export function applyMutation(source, { line, after }) {
  const lines = source.split('\n');
  lines[line - 1] = after;
  return lines.join('\n');
}
