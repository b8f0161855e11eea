/** The table for users, from what was measured. */

/**
 * @typedef {object} Measured  of one engine
 * @property {string} version  '' where it is not known
 * @property {number} closedMs  how long a worker went on when its last page had gone
 * @property {{wentOnMs: number, isOver: boolean} | null} synced  the same with Background Sync, and
 *   whether it went on no longer; null: the engine has none
 * @property {number} activeMs  how long a new version of the worker took to be active, a median
 * @property {number | null} hiddenMs  how long a hidden page was watched, and the worker went on;
 *   null: not tried, pages could not be hidden
 * @property {Restarted} restarted  what a browser did that was started again
 * @property {Restarted | null} restartedLater  the same when the first sync was over before; null:
 *   the engine has none
 *
 * @typedef {object} Restarted
 * @property {number | null} aloneMs  when it went on without a page of the site; null: it did not
 * @property {number} watchedMs
 */

/** Between these lines of the README. */
const kTable = /(<!-- npm run test:lifetime -->\n)[^]*?(\n<!-- end -->)/;

/** @type {Record<string, string>} */
const kNames = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };

/** @type {{what: string, say: (measured: Measured) => string}[]} */
const kRows = [
  {
    what: 'A page of the site is open, in front or hidden',
    say: ({ hiddenMs }) => hiddenMs === null
      ? 'goes on (hidden: not tried)'
      : `goes on (hidden: watched for ${inSeconds(hiddenMs)})`,
  },
  {
    what: 'Every page of the site is closed',
    say: ({ closedMs }) => `goes on for ${inSeconds(closedMs)}, then waits`,
  },
  {
    what: '… and there is Background Sync',
    say: ({ synced }) => {
      if (!synced) return 'there is none';
      const { wentOnMs, isOver } = synced;
      return isOver ? `goes on for ${inSeconds(wentOnMs)}, then waits for the next sync`
        : `goes on (watched for ${inSeconds(wentOnMs)})`;
    },
  },
  { what: '… and one is opened again', say: () => 'goes on where it was' },
  {
    what: 'Several tabs start, abort and close',
    say: () => 'all see every fetch; none holds another up',
  },
  { what: 'Begun while the server cannot be reached', say: () => 'begins when it can' },
  { what: 'The network goes midway', say: () => 'goes on where it was when it is back' },
  {
    what: 'A new version of the service worker skips waiting',
    say: ({ activeMs }) => `active after ${Math.round(activeMs)} ms, goes on where it was`,
  },
  {
    what: 'The browser is killed or crashes, and is started again',
    say: ({ restarted }) => sayRestarted(restarted),
  },
  {
    what: '… when the download had outlasted the first sync, which has 150 s',
    say: ({ restartedLater }) => restartedLater
      ? sayRestarted(restartedLater) : 'there is no Background Sync',
  },
];

/** @param {Restarted} restarted */
function sayRestarted({ aloneMs, watchedMs }) {
  return aloneMs === null
    ? `waits for the site to be opened (watched for ${inSeconds(watchedMs)}), ` +
      'then goes on where it was'
    : `goes on by itself after ${inSeconds(aloneMs)}`;
}

/** @param {number} ms */
function inSeconds(ms) {
  return `${Math.round(ms / 1000)} s`;
}

/**
 * @param {Record<string, Measured>} measured  by engine
 * @returns {string} Markdown
 */
export function renderTable(measured) {
  const engines = Object.keys(kNames).filter((engine) => measured[engine]);
  const titles = engines.map((engine) => `${kNames[engine]} ${measured[engine].version}`.trim());
  const lines = [
    ['', ...titles],
    ['---', ...titles.map(() => '---')],
    ...kRows.map(({ what, say }) => [what, ...engines.map((engine) => say(measured[engine]))]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * @param {string} readme
 * @param {Record<string, Measured>} measured  by engine
 * @returns {string} with the table of what was measured in its place
 */
export function withTable(readme, measured) {
  if (!kTable.test(readme)) throw new Error('the README has no place for the table');
  const table = renderTable(measured);
  return readme.replace(kTable, (_, begin, end) => `${begin}\n${table}\n${end}`);
}
