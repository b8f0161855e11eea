/** What must be undone even when the tests are interrupted. */

/** Without a handler these end the process and skip 'exit'. */
const kEndingSignals = /** @type {const} */ (['SIGHUP', 'SIGINT', 'SIGTERM']);

/** @type {Set<() => void>} */
const undoings = new Set();

/**
 * @param {() => void} undo  synchronous; called when this process ends
 * @returns {() => void} takes it back: it has been undone in order
 */
export function atExit(undo) {
  if (undoings.size === 0) {
    process.on('exit', undoAll);
    for (const signal of kEndingSignals) process.on(signal, exitOnSignal);
  }
  undoings.add(undo);
  return () => {
    undoings.delete(undo);
    if (undoings.size > 0) return;
    process.off('exit', undoAll);
    for (const signal of kEndingSignals) process.off(signal, exitOnSignal);
  };
}

function exitOnSignal() {
  process.exit(1);
}

function undoAll() {
  for (const undo of [...undoings].reverse()) undo();
}
