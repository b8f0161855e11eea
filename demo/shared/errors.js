/**
 * A sentence for people, of whatever was thrown.
 *
 * @param {unknown} error
 */
export function describe(error) {
  return error instanceof Error || error instanceof DOMException
    ? `${error.name}: ${error.message}`
    : String(error);
}
