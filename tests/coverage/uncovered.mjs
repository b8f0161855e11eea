// Why some lines of src/ are reached by no test. A line is named by its file
// and by its text: numbers move.

/** @typedef {{file: RegExp, text: RegExp, reason: string}} Uncovered */

/** @type {Uncovered[]} */
const kUncovered = [
  {
    file: /^src\/base\/check\.cc$/,
    text: /./,
    reason: 'Ends the process: tests that died of it would not have written their counts.',
  },
  {
    file: /./,
    text: /^(default:|BF_CHECK\(false\);)$/,
    reason: 'Behind a switch over all values: reached only if the core is wrong.',
  },
  {
    file: /^src\/fetch\/record\.cc$/,
    text: /^\}$/,
    reason: 'Behind a switch all of whose cases return.',
  },
  {
    file: /^src\/engine\/dom_error\.cc$/,
    text: /^(case ErrorCode::kOk:|break; {2}\/\/ never reach an app)$/,
    reason: 'Of errors that never reach an app.',
  },
];

/**
 * @param {string} file
 * @param {string} text  Of the line, trimmed.
 * @returns {string | undefined} Nothing: it has yet to be given, or the line tested.
 */
export function reasonOf(file, text) {
  return kUncovered.find((each) => each.file.test(file) && each.text.test(text))?.reason;
}
