/**
 * The deliberate fault that the matrix must find: every 206 is taken for the part
 * that was asked for, whatever it says of itself.
 */

/**
 * Planted where heads are made for the core: those of parts become what the core
 * hopes for.
 *
 * @type {import('../host/worker-program.mjs').Canary}
 */
export const acceptsAny206 = {
  name: 'any 206 is accepted',
  file: 'network-request.js',
  find: "this.#report('responseHead', head);",
  replace: `
      const whole = (globalThis.wholeHeads ??= new Map());
      const key = command.owner.uid + ' ' + command.owner.record;
      if (!command.range) whole.set(key, head);
      const first = whole.get(key);
      if (command.range && head.status === 206 && first) {
        const of = (name) => first.headers.find((each) => each[0] === name)?.[1] ?? '';
        const [, begin, end] = /^bytes=(\\d+)-(\\d*)$/.exec(command.range);
        const last = end || String(Number(of('content-length')) - 1);
        head.url = first.url;
        head.headers = [
          ['content-range', 'bytes ' + begin + '-' + last + '/' + (of('content-length') || '*')],
          ['etag', of('etag')], ['last-modified', of('last-modified')],
        ].filter((each) => each[1]);
      }
      this.#report('responseHead', head);`,
};

/** So many rows must notice. */
export const kRowsMin = 5;
