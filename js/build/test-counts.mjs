// How many tests a step ran, read from what its test runner printed.

/**
 * A step that prints no counts is one test; one that failed has at least one
 * failure, whatever its runner printed before it fell over. One that succeeded
 * has none: what failed there passed when its runner ran it once more.
 *
 * @param {string} output
 * @param {boolean} succeeded
 * @returns {{passed: number, failed: number}}
 */
export function countTests(output, succeeded) {
  const { passed, failed } = countsOfCtest(output) ??
    countsOfNode(output) ?? { passed: succeeded ? 1 : 0, failed: 0 };
  return { passed, failed: succeeded ? 0 : Math.max(failed, 1) };
}

/** @param {string} output */
function countsOfCtest(output) {
  const found = output.match(/(\d+) tests? failed out of (\d+)/);
  if (!found) return null;
  const [failed, all] = [Number(found[1]), Number(found[2])];
  return { passed: all - failed, failed };
}

/**
 * The spec and the TAP reporter's closing lines; several runs add up.
 *
 * @param {string} output
 */
function countsOfNode(output) {
  /** @param {string} what */
  const sumOf = (what) => {
    const lines = [...output.matchAll(new RegExp(`^(?:#|ℹ) ${what} (\\d+)$`, 'gm'))];
    return lines.length === 0 ? null : lines.reduce((sum, line) => sum + Number(line[1]), 0);
  };
  const passed = sumOf('pass');
  if (passed === null) return null;
  return { passed, failed: (sumOf('fail') ?? 0) + (sumOf('cancelled') ?? 0) };
}
